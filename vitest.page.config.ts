import { defineConfig } from "vitest/config";

/** The page, in Debian's `chromium`, from real servers on both runtimes: run by .ci/run, not by `npm test`. */
export default defineConfig({
  test: {
    include: ["test/page/**/*.test.ts"],
    globalSetup: ["test/global-setup.ts"],
    // Each has a browser.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
