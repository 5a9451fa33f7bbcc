import type { ValueInfo } from "../graph/graph.ts";
import type { Dimension, StoredDType } from "./values.ts";

/**
 * A compiled graph as plain data: what a structured clone takes to another process, and what can be written to a
 * file. `instantiateKernel` makes a kernel of it.
 */
export interface KernelArtifact {
  /**
   * A WebAssembly module. It imports functions of `Math` (see host-math.ts) and exports `memory`, of a fixed size, and
   * `one()` and `many(rows)`, which compute one row or the first rows of a block and return 0, or 1 where the model
   * itself refuses a category.
   */
  readonly code: Uint8Array<ArrayBuffer>;
  /** What the memory holds before the first run: everything else of it is zero. In the order of their addresses, apart from each other. */
  readonly constants: readonly Segment[];
  /** Rows of a block. */
  readonly capacity: number;
  /** Multiplications of a row with weights, which is what a network costs. */
  readonly products: number;
  /** In the order of the graph's inputs and outputs. */
  readonly inputs: readonly ArtifactValue[];
  readonly outputs: readonly ArtifactValue[];
  /** Inside the memory a string is its position in this list, -1 any other. */
  readonly vocabulary: readonly string[];
}

/** Bytes at an address of the memory. */
export interface Segment {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** Where the rows of an input or output lie: `capacity` × `width` elements from `address` on, row-major. */
export interface ArtifactValue {
  readonly info: ValueInfo;
  readonly dtype: StoredDType;
  /** Elements per row. */
  readonly width: number;
  readonly shape: readonly Dimension[];
  readonly address: number;
}
