/** A defect put into the sources on purpose, and the tests that have to notice it. */
export interface Mutant {
  readonly what: string;
  readonly file: string;
  /** Occurs in the file exactly once. */
  readonly from: string;
  readonly to: string;
  /** One after the other, until one fails: the quickest first. */
  readonly tests: readonly string[];
}

export const boosters = ["test/conformance/boosters.test.ts"];
export const catboostFile = ["test/conformance/boosters.test.ts", "test/conformance/catboost-file.test.ts"];
export const kernels = [
  "test/conformance/compiled-operators.test.ts",
  "test/differential/one-score.test.ts",
  "test/differential/compiled-interpreted.test.ts",
  "test/fuzz/differential",
  "src/compiler/passes",
  "test/vectors",
  "test/differential",
  "test/conformance",
];
export const trees = [
  "src/compiler/kernels/tree-ensemble",
  "test/differential/random-forests.test.ts",
  ...boosters,
  "test/thresholds",
  ...kernels,
];
export const hostile = [
  "src/formats",
  "src/compiler/bounds.test.ts",
  "test/conformance/xgboost-file.test.ts",
  "test/conformance/lightgbm-file.test.ts",
  "test/fuzz/hostile",
];
