import { defineConfig } from "vitest/config";

/** Tests that need Debian's `chromium`, playwright-core and Deno (test/browser/package.json): run by .ci/run, not by `npm test`. */
export default defineConfig({ test: { include: ["test/browser/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 60_000 } });
