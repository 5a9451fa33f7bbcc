import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "web/src/**/*.test.ts", "test/**/*.test.ts", "benchmarks/**/*.test.ts"],
    // These need Python, Prometheus, a browser and other people's clients: see vitest.python.config.ts and its siblings.
    exclude: [
      "test/python/**",
      "test/prometheus/**",
      "test/browser/**",
      "test/page/**",
      "test/website/**",
      "test/clients/**",
      "test/openapi/**",
      "test/binary/**",
      "test/examples/**",
    ],
    globalSetup: ["test/global-setup.ts"],
    // Spawned servers and model loading share two cores with the tests; a third of their time they wait.
    maxWorkers: 3,
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
