import { SetosaError } from "../errors.ts";
import { isOpaque, type Node, operatorName } from "../graph/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Emitter } from "./emitter.ts";
import type { TreeLayout } from "./kernels/tree-ensemble/plan.ts";
import type { MathFunctions } from "./math.ts";
import type { MemoryPlan } from "./memory.ts";
import type { EvaluateNode } from "./passes/pass.ts";
import { type Dimension, type RowsValue, type StoredDType, strideOf, type Value } from "./values.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** What lowering an operator gives: its outputs, and its code, unless the outputs are other names for its inputs. */
export interface Lowered {
  readonly outputs: readonly Value[];
  /** Called twice: for the one-row function and for the block function. */
  readonly emit?: (emitter: Emitter) => void;
}

/** Turns a node into kernel code. `undefined` inputs are optional ones left out. */
export type Lower = (node: LoweringNode, lowering: Lowering) => Lowered;

export interface LoweringNode extends Node {
  /** The version of the operator set that the node follows. */
  readonly opset: number;
  /** Whether it is the product of a network's hidden layer: see `hiddenLayers`. */
  readonly hidden: boolean;
  readonly values: readonly (Value | undefined)[];
}

interface LoweringParts extends Pick<Lowering, "memory" | "math" | "vocabulary" | "simd" | "treeLayouts"> {
  /** Rows of a block, unless a value would take more than `maxValueBytes` for them. */
  readonly capacity: number;
  readonly maxValueBytes: number;
  readonly evaluate: EvaluateNode | undefined;
}

/** What every operator's lowering shares. */
export class Lowering {
  readonly memory: MemoryPlan;
  readonly math: MathFunctions;
  readonly vocabulary: Vocabulary;
  readonly simd: boolean;
  readonly treeLayouts: readonly TreeLayout[];
  /** Multiplications of a row with weights, of the nodes lowered so far. */
  products = 0;
  /** Absent where nothing in the graph needs it. */
  readonly #evaluate: EvaluateNode | undefined;
  readonly #maxValueBytes: number;
  #capacity: number;

  constructor(parts: LoweringParts) {
    this.memory = parts.memory;
    this.math = parts.math;
    this.vocabulary = parts.vocabulary;
    this.#capacity = parts.capacity;
    this.#maxValueBytes = parts.maxValueBytes;
    this.simd = parts.simd;
    this.treeLayouts = parts.treeLayouts;
    this.#evaluate = parts.evaluate;
  }

  /** Rows that a block holds: as many as the widest value lowered so far allows. */
  get capacity(): number {
    return this.#capacity;
  }

  /** Rows to make room for in a value with this many bytes per row; the values before have room for at least as many. */
  rowsOf(stride: number): number {
    this.#capacity = Math.max(1, Math.min(this.#capacity, Math.floor(this.#maxValueBytes / Math.max(stride, 1))));
    return this.#capacity;
  }

  get canEvaluate(): boolean {
    return this.#evaluate !== undefined;
  }

  /** The node's outputs for inputs that are known; what cannot be evaluated is not covered. */
  evaluate(node: LoweringNode, inputs: readonly (Tensor | undefined)[]): readonly Tensor[] {
    if (this.#evaluate === undefined) return unsupported(node, "nothing evaluates it");
    try {
      return this.#evaluate(node, inputs, node.opset);
    } catch (error) {
      if (!(error instanceof SetosaError)) throw error;
      return unsupported(node, error.message.replace(/\.$/, ""));
    }
  }

  /** A new value of this dtype and shape, with memory for a block of rows. `open`: see RowsValue. */
  allocate(dtype: StoredDType, shape: readonly Dimension[], open = false): RowsValue {
    const width = shape.reduce<number>((product, dimension) => (dimension === "rows" ? product : product * dimension), 1);
    const stride = strideOf({ dtype, width });
    return { kind: "rows", dtype, shape, width, open, address: this.memory.reserve(this.rowsOf(stride) * stride) };
  }
}

/** For an operator that is only evaluated on constants and shapes, not on rows. */
export function notOnRows(why: string): Lower {
  return (node) => unsupported(node, why);
}

/** @throws SetosaError OPERATOR_UNSUPPORTED, always */
export function unsupported(node: Node, why: string): never {
  throw new SetosaError("OPERATOR_UNSUPPORTED", `The compiler does not cover ${operatorName(node)} (node "${node.name}"): ${why}.`, {
    path: node.name,
  });
}

/** The node's input at this position, which has to depend on the row. */
export function rowsInput(node: LoweringNode, position: number): RowsValue {
  const value = node.values[position];
  if (value === undefined) unsupported(node, `its input ${position} is absent`);
  if (value.kind === "flat") unsupported(node, `its input ${position} is all rows as one list`);
  if (value.kind !== "rows") unsupported(node, `its input ${position} is the same for every row`);
  return value;
}

/** The node's input at this position, which has to be a constant. */
export function constantInput(node: LoweringNode, position: number): Tensor {
  const value = node.values[position];
  if (value === undefined) unsupported(node, `its input ${position} is absent`);
  if (value.kind !== "constant")
    unsupported(node, `its input ${position} is computed from the ${value.kind === "shape" ? "number of rows" : "row"}`);
  if (isOpaque(value.constant)) unsupported(node, `its input ${position} is ${value.constant.what}`);
  return value.constant;
}

/** An input of numbers of shape `[rows, columns]`. ONNX reads a list `[rows]` there as one row, which mixes rows. */
export function tableInput(node: LoweringNode, position = 0): RowsValue {
  const value = rowsInput(node, position);
  if (value.shape[0] !== "rows" || value.shape.length !== 2) unsupported(node, "its input is not a table of rows");
  if (value.dtype === "string" || value.dtype === "bool") unsupported(node, `its input is ${value.dtype}`);
  return value;
}
