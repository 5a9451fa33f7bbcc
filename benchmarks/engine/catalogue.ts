/** The models that the benchmark measures; `prepare/training.py` trains each from its specification. */

/** What the trainer is told; keys are those of `prepare/training.py`. */
export interface Specification {
  readonly kind: "example" | "lightgbm" | "xgboost" | "forest" | "logistic-regression" | "svc" | "knn" | "mlp";
  /** Rows to predict, all distinct, and the size of a batch. */
  readonly rows: number;
  readonly features?: number;
  readonly trees?: number;
  /** Nothing where trees grow until their leaves are pure. */
  readonly depth?: number | null;
  readonly missing?: boolean;
  readonly training?: number;
  readonly vectors?: number;
  readonly hidden?: readonly number[];
  readonly example?: string;
}

export interface CatalogueEntry {
  readonly name: string;
  readonly specification: Specification;
  /** Measured by `--quick` too. */
  readonly quick: boolean;
}

const batch = 10_000;

function boosting(kind: "lightgbm" | "xgboost", trees: number, depth: number, features: number, missing: boolean): CatalogueEntry {
  const short = kind === "lightgbm" ? "gb" : "xgboost";
  return {
    name: `${short} ${trees}x${depth}, ${features} features${missing ? ", missing values" : ""}`,
    specification: { kind, trees, depth, features, missing, rows: batch },
    quick: (trees === 100 && depth === 6) || (kind === "lightgbm" && trees === 500 && depth === 6 && features === 30),
  };
}

function forest(name: string, trees: number, depth: number | null, quick: boolean): CatalogueEntry {
  return { name, specification: { kind: "forest", trees, depth, features: 30, training: 10_000, rows: batch }, quick };
}

function example(name: string): CatalogueEntry {
  return { name, specification: { kind: "example", example: name, rows: batch }, quick: name.startsWith("iris") };
}

function estimator(name: string, specification: Specification): CatalogueEntry {
  return { name, specification, quick: false };
}

export const catalogue: readonly CatalogueEntry[] = [
  ...["iris", "iris-forest", "wine", "breast-cancer", "diabetes", "digits", "loans"].map(example),
  forest("forest 100x5", 100, 5, true),
  forest("forest 100 deep", 100, null, false),
  forest("forest 1000x8", 1000, 8, false),
  // Every number of trees with every depth; features and missing values so that each meets every number and depth.
  boosting("lightgbm", 100, 4, 10, true),
  boosting("lightgbm", 100, 6, 30, false),
  boosting("lightgbm", 100, 8, 300, true),
  boosting("lightgbm", 500, 4, 30, false),
  boosting("lightgbm", 500, 6, 300, true),
  boosting("lightgbm", 500, 8, 10, false),
  boosting("lightgbm", 2000, 4, 300, true),
  boosting("lightgbm", 2000, 6, 10, false),
  boosting("lightgbm", 2000, 8, 30, true),
  boosting("lightgbm", 500, 6, 10, false),
  boosting("lightgbm", 500, 6, 30, false),
  boosting("xgboost", 100, 6, 30, true),
  boosting("xgboost", 500, 6, 30, false),
  boosting("xgboost", 2000, 8, 30, true),
  estimator("logistic regression, 30 features", { kind: "logistic-regression", features: 30, training: 10_000, rows: batch }),
  // 10,000 rows of it would be 400 MB in every process.
  estimator("logistic regression, 10000 features", { kind: "logistic-regression", features: 10_000, training: 2000, rows: 2048 }),
  estimator("svc, 1000 support vectors", { kind: "svc", features: 30, vectors: 1000, training: 5000, rows: batch }),
  // onnxruntime holds the differences of a whole batch from all points at once: 2,048 rows take more than 20 GB.
  estimator("knn, 10000 points", { kind: "knn", features: 30, training: 10_000, rows: 256 }),
  estimator("mlp 64-128-64", { kind: "mlp", features: 64, hidden: [128, 64], training: 5000, rows: batch }),
];
