import { defineConfig } from "vitest/config";

/** The single executable, which takes Bun and Linux's namespaces: run by .ci/run, not by `npm test`. */
export default defineConfig({ test: { include: ["test/binary/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 120_000 } });
