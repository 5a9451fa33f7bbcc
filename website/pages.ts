/** What the site has, in the order of its navigation. Files are those of the repository; none is copied or moved for the site. */

export interface Page {
  /** In the navigation; the page's own heading may say more. */
  readonly text: string;
  /** From the root of the repository. */
  readonly file: string;
}

export interface Group {
  readonly text: string;
  readonly pages: readonly Page[];
  readonly area: Area;
}

/** Each area of the site has a list of its own at the side, so that no list is too long to be read. */
export const areas = ["guides", "inside", "measurements"] as const;
export type Area = (typeof areas)[number];

const page = (text: string, file: string): Page => ({ text, file });

export const home = "website/index.md";

export const groups: readonly Group[] = [
  {
    text: "Start here",
    area: "guides",
    pages: [
      page("Quick start for data scientists", "docs/quick-start-data-science.md"),
      page("Quick start for TypeScript teams", "docs/quick-start-typescript.md"),
      page("The case study", "docs/case-study.md"),
    ],
  },
  {
    text: "Models",
    area: "guides",
    pages: [
      page("Missing values", "docs/missing-values.md"),
      page("Categories", "docs/categories.md"),
      page("Versions and rollouts", "docs/repository.md"),
      page("File formats", "docs/model-formats.md"),
      page("Networks from Keras and PyTorch", "docs/deep-models.md"),
      page("The Python package", "python/README.md"),
    ],
  },
  {
    text: "Serving",
    area: "guides",
    pages: [
      page("The command line", "docs/command-line.md"),
      page("setosa serve", "docs/serve.md"),
      page("Production", "docs/production.md"),
      page("Security", "docs/security.md"),
      page("Overload", "docs/overload.md"),
      page("Metrics", "docs/metrics.md"),
      page("Logs, traces, captures", "docs/logs-and-traces.md"),
      page("Input monitoring", "docs/monitoring.md"),
      page("Explanations", "docs/explain.md"),
      page("The page", "docs/page.md"),
      page("OpenAPI", "docs/openapi.md"),
    ],
  },
  {
    text: "Protocols",
    area: "guides",
    pages: [
      page("All of them", "docs/protocols.md"),
      page("/predict", "docs/wire/predict.md"),
      page("/explain", "docs/wire/explain.md"),
      page("CSV and Arrow", "docs/wire/tables.md"),
      page("Open Inference over HTTP", "docs/wire/open-inference.md"),
      page("Open Inference over gRPC", "docs/wire/open-inference-grpc.md"),
      page("TensorFlow Serving, KServe v1", "docs/wire/tf-serving.md"),
      page("MLflow", "docs/wire/mlflow.md"),
      page("SageMaker and Vertex AI", "docs/wire/sagemaker-vertex.md"),
    ],
  },
  {
    text: "TypeScript",
    area: "guides",
    pages: [
      page("The library", "docs/library.md"),
      page("The client", "docs/client.md"),
      page("setosa compile and types", "docs/compile.md"),
    ],
  },
  {
    text: "Measuring",
    area: "guides",
    pages: [page("setosa bench", "docs/bench.md"), page("How we measure", "docs/measuring.md")],
  },
  {
    text: "Reference",
    area: "guides",
    pages: [
      page("Options and environment", "docs/reference/options.md"),
      page("Errors", "docs/errors.md"),
      page("TypeScript: setosa", "docs/reference/typescript.md"),
      page("TypeScript: setosa/client", "docs/reference/typescript-client.md"),
      page("TypeScript: setosa/fetch", "docs/reference/typescript-fetch.md"),
      page("Python", "docs/reference/python.md"),
      page("Metadata of a model file", "docs/model-metadata.md"),
    ],
  },
  {
    text: "What is covered",
    area: "inside",
    pages: [
      page("What proves the engine", "docs/coverage/trust.md"),
      page("Operators", "docs/coverage/operators.md"),
      page("scikit-learn's estimators", "docs/coverage/estimators.md"),
      page("Boosters", "docs/coverage/boosters.md"),
    ],
  },
  {
    text: "How it is made",
    area: "inside",
    pages: [
      page("Architecture", "docs/architecture.md"),
      page("Changes", "CHANGELOG.md"),
      page("Contributing", "CONTRIBUTING.md"),
      page("Reporting a vulnerability", "SECURITY.md"),
    ],
  },
  {
    text: "Decisions",
    area: "inside",
    pages: [
      page("1. Tools", "docs/decisions/0001-toolchain.md"),
      page("2. Reading ONNX", "docs/decisions/0002-protobuf.md"),
      page("3. Optional runtimes", "docs/decisions/0003-optional-runtimes.md"),
      page("4. predict is synchronous", "docs/decisions/0004-synchronous-predict.md"),
      page("5. Proven exports", "docs/decisions/0005-save-verifies-candidates.md"),
      page("6. Branch-free trees", "docs/decisions/0006-branch-free-trees.md"),
      page("7. HTTP/1.1 of our own", "docs/decisions/0007-own-http1.md"),
      page("8. Eight trees side by side", "docs/decisions/0008-tree-traversals.md"),
      page("9. Layouts of trees", "docs/decisions/0009-tree-layouts.md"),
      page("10. Dense kernels", "docs/decisions/0010-dense-kernels.md"),
      page("11. Loading", "docs/decisions/0011-loading.md"),
      page("12. Isolated loading", "docs/decisions/0012-isolated-loading.md"),
      page("13. Metrics of our own", "docs/decisions/0013-metrics.md"),
      page("14. Logs and traces of our own", "docs/decisions/0014-logs-and-traces.md"),
      page("15. Arrow of our own", "docs/decisions/0015-arrow.md"),
      page("16. The site", "docs/decisions/0016-documentation-site.md"),
      page("17. HTTP/2 of our own", "docs/decisions/0017-own-http2.md"),
    ],
  },
  {
    text: "Measurements",
    area: "measurements",
    pages: [
      page("The case study, all figures", "case-study/results/README.md"),
      page("The case study's servers", "case-study/README.md"),
      page("Engine: how", "benchmarks/engine/README.md"),
      page("Engine", "benchmarks/engine/results/engine.md"),
      page("Engine: roofline", "benchmarks/engine/results/roofline.md"),
      page("Engine: traversals", "benchmarks/engine/results/traversals.md"),
      page("HTTP", "benchmarks/http/results/http.md"),
      page("Load generator", "benchmarks/load-generator/results/load-generator.md"),
      page("Peers: how", "benchmarks/peers/README.md"),
      page("Peers", "benchmarks/peers/results/peers.md"),
      page("Protocols", "benchmarks/http/results/protocols.md"),
      page("gRPC", "benchmarks/serving/results/grpc.md"),
      page("Explanations, measured", "benchmarks/serving/results/explain.md"),
      page("Binary tensors", "benchmarks/serving/results/binary-tensors.md"),
      page("Overload", "benchmarks/serving/results/overload.md"),
      page("Turns of the event loop", "benchmarks/serving/results/loop-lag.md"),
      page("Loading while serving", "benchmarks/serving/results/isolation.md"),
      page("Swaps of models", "benchmarks/serving/results/swaps.md"),
      page("Slow clients", "benchmarks/serving/results/slow-clients.md"),
      page("Killed workers", "benchmarks/serving/results/worker-kill.md"),
      page("Killed workers, migrating", "benchmarks/serving/results/worker-kill-migrating.md"),
      page("Cost of logs and traces", "benchmarks/serving/results/logs-cost.md"),
      page("Cost of metrics", "benchmarks/serving/results/telemetry-cost.md"),
      page("Cost of monitoring", "benchmarks/serving/results/monitoring-cost.md"),
      page("Cost of keys and TLS", "benchmarks/serving/results/security-cost.md"),
    ],
  },
];

export const pages: readonly Page[] = groups.flatMap((group) => group.pages);

/** Where a file of the repository stands on the site, without an ending: `docs/wire/predict.md` at `wire/predict`. */
export function routeOf(file: string): string {
  if (file === home) return "index";
  return file
    .replace(/^SECURITY\.md$/, "reporting-a-vulnerability")
    .replace(/\.md$/, "")
    .replace(/^docs\//, "")
    .replace(/^benchmarks\/(.*?)\/results\//, "measurements/$1/")
    .replace(/^benchmarks\/(.*)\/README$/, "measurements/$1/how")
    .replace(/^(.*)\/README$/, (_, folder: string) => (folder === "case-study" ? "measurements/case-study/servers" : folder))
    .toLowerCase();
}
