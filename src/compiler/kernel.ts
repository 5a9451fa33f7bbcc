import type { ValueInfo } from "../graph/graph.ts";
import type { NumericData } from "../tensor/dtype.ts";

/**
 * A compiled graph with fixed memory: write up to `capacity` rows into the inputs, `run`, read the
 * outputs. The arrays never move; `run` overwrites the outputs.
 */
export interface Kernel {
  readonly capacity: number;
  /** Multiplications of a row with weights, which is what a network costs. */
  readonly products: number;
  /** In the order of the graph's inputs. */
  readonly inputs: readonly KernelInput[];
  /** In the order of the graph's outputs. */
  readonly outputs: readonly KernelOutput[];
  /**
   * Computes the first `rows` rows, 1 to `capacity`.
   * @throws SetosaError CATEGORY_UNKNOWN where the model itself refuses a category (an encoder trained to do so)
   */
  run(rows: number): void;
}

export interface KernelInput {
  readonly info: ValueInfo;
  /** Values per row. */
  readonly width: number;
  /** `capacity` × `width`, row-major. For a string input: positions in `vocabulary`, -1 for any other string. */
  readonly data: NumericData;
  readonly vocabulary?: ReadonlyMap<string, number>;
}

export interface KernelOutput {
  readonly info: ValueInfo;
  readonly width: number;
  /** Computed; what the model declares may be wrong. */
  readonly shape: readonly (number | "rows")[];
  /** `capacity` × `width`, row-major. For a string output: positions in `strings`. */
  readonly data: NumericData;
  readonly strings?: readonly string[];
}
