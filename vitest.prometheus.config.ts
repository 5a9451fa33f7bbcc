import { defineConfig } from "vitest/config";

/** Tests that need Debian's `prometheus` (prometheus and promtool): run by .ci/run, not by `npm test`. */
export default defineConfig({ test: { include: ["test/prometheus/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 60_000 } });
