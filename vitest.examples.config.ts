import { defineConfig } from "vitest/config";

/** The apps in examples/, which test/examples/install.sh installs: run by .ci/run, not by `npm test`. */
export default defineConfig({ test: { include: ["test/examples/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 90_000 } });
