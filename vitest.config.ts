import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "benchmarks/**/*.test.ts"],
    // These need Python, Prometheus and other people's clients: see vitest.{python,prometheus,clients}.config.ts.
    exclude: ["test/python/**", "test/prometheus/**", "test/clients/**"],
    globalSetup: ["test/global-setup.ts"],
    // Spawned servers and model loading share two cores with the tests.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
