import { defineConfig } from "vitest/config";

/** What others make of /openapi.json; needs what test/openapi/install.sh brings: run by .ci/run, not by `npm test`. */
export default defineConfig({
  test: {
    include: ["test/openapi/**/*.test.ts"],
    globalSetup: ["test/global-setup.ts"],
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
