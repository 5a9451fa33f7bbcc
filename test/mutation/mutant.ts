/** A defect put into the sources on purpose, and the tests that have to notice it. */
export interface Mutant {
  readonly what: string;
  readonly file: string;
  /** Occurs in the file exactly once. */
  readonly from: string;
  readonly to: string;
  readonly tests: readonly string[];
}

export const trees = ["src/compiler/kernels/tree-ensemble", "test/conformance/boosters.test.ts", "test/vectors", "test/thresholds"];
export const boosters = ["test/conformance/boosters.test.ts"];
export const catboostFile = ["test/conformance/boosters.test.ts", "test/conformance/catboost-file.test.ts"];
export const kernels = ["test/vectors", "test/differential", "test/conformance"];
export const hostile = ["test/fuzz/hostile"];
