import { defineConfig } from "vitest/config";

/** Tests that need the Python environment: run by .ci/run, not by `npm test`. */
export default defineConfig({
  test: { include: ["test/python/**/*.test.ts"], globalSetup: ["test/global-setup.ts"], testTimeout: 120_000, hookTimeout: 60_000 },
});
