import { defineConfig } from "vitest/config";

/** Other people's clients against the server; they need what test/clients/install.sh brings: run by .ci/run, not by `npm test`. */
export default defineConfig({
  test: {
    include: ["test/clients/**/*.test.ts"],
    // Run by node:test, in a process of its own.
    exclude: ["test/clients/node/**"],
    globalSetup: ["test/global-setup.ts"],
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
});
