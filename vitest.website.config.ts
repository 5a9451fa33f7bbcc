import { defineConfig } from "vitest/config";

/** The documentation's site as it was built (npm run docs:build), in Debian's Chromium: run by .ci/run, not by `npm test`. */
export default defineConfig({ test: { include: ["test/website/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 60_000 } });
