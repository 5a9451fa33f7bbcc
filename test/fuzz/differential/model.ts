import type { Attribute, Graph, Node, ValueInfo } from "../../../src/graph/graph.ts";
import type { DType } from "../../../src/tensor/dtype.ts";
import type { Tensor } from "../../../src/tensor/tensor.ts";
import type { Dice } from "../../forests/dice.ts";

/** A random model, and rows for it. */
export interface RandomModel {
  /** What it is made of, such as `Scaler, TreeEnsembleRegressor`. */
  readonly name: string;
  readonly graph: Graph;
  /** Tensors of so many rows, by the graph's inputs. */
  readonly rows: (count: number) => readonly Tensor[];
  /** The size of the numbers that its sums pass through: float32 sums are off by so much of it. */
  readonly scale: number;
  /** Absolute, where an approximation of ONNX Runtime's is further off than 1e-6. */
  readonly tolerance?: number;
  /**
   * Whether it compares values of a row with each other, or a kernel's value with 0. With NaN or an infinity among them ONNX
   * Runtime's answer depends on the order of its loops.
   */
  readonly compares?: boolean;
  /** A linear machine's weights are summed before they meet a row: where that is infinite inside, one order gives NaN and the other does not. */
  readonly finite?: boolean;
  /** Whether ONNX Runtime names another label than the trainers do: see `docs/model-formats.md`. */
  readonly labelsDiffer?: boolean;
}

/** A table `[rows, columns]` on its way through a model. */
export interface Stage {
  readonly value: string;
  readonly dtype: "float32" | "float64";
  readonly columns: number;
}

/** Collects what a model is made of. */
export class ModelBuilder {
  readonly nodes: Node[] = [];
  readonly constants = new Map<string, Tensor>();
  readonly inputs: ValueInfo[] = [];
  #next = 0;

  constant(value: Tensor): string {
    const name = `c${this.#next++}`;
    this.constants.set(name, value);
    return name;
  }

  /** Adds a node and returns the names of its outputs. */
  add(operator: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}, outputs = 1): string[] {
    const at = operator.lastIndexOf(".");
    const names = Array.from({ length: outputs }, () => `v${this.#next++}`);
    this.nodes.push({
      name: names[0] ?? "",
      domain: operator.slice(0, Math.max(at, 0)),
      operator: operator.slice(at + 1),
      inputs,
      outputs: names,
      attributes: new Map(Object.entries(attributes)),
    });
    return names;
  }

  one(operator: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    return this.add(operator, inputs, attributes)[0] ?? "";
  }

  graph(outputs: readonly (readonly [name: string, dtype: DType, columns: number | "none"])[], ml = 3): Graph {
    return {
      name: "random",
      opsets: { "": 18, "ai.onnx.ml": ml },
      inputs: this.inputs,
      outputs: outputs.map(([name, dtype, columns]) => ({ name, dtype, shape: columns === "none" ? [null] : [null, columns] })),
      constants: this.constants,
      nodes: this.nodes,
    };
  }
}

export const int = (value: number): Attribute => ({ kind: "int", value });
export const float = (value: number): Attribute => ({ kind: "float", value });
export const string = (value: string): Attribute => ({ kind: "string", value });
export const ints = (value: ArrayLike<number>): Attribute => ({ kind: "ints", value: Float64Array.from(value) });
export const floats = (value: ArrayLike<number>): Attribute => ({ kind: "floats", value: Float32Array.from(value) });
export const strings = (value: readonly string[]): Attribute => ({ kind: "strings", value });

export function table(dtype: "float32" | "float64", columns: number, values: readonly number[]): Tensor {
  const shape = [values.length / columns, columns];
  return dtype === "float32" ? { dtype, shape, data: Float32Array.from(values) } : { dtype, shape, data: Float64Array.from(values) };
}

/** Steps of 1/64 from -4 to 4: products and sums of a few of them are exact in float32. */
export function weight(dice: Dice): number {
  return dice.int(-256, 256) / 64;
}

export function weights(dice: Dice, count: number): number[] {
  return Array.from({ length: count }, () => weight(dice));
}

export const postTransforms = ["NONE", "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO", "PROBIT"] as const;
