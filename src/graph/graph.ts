import type { DType } from "../tensor/dtype.ts";
import type { DeclaredShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Repeated } from "./compact-lists.ts";

/** A model as data: operator nodes over named values. Made by `buildGraph`, which verifies and freezes it. */
export interface Graph {
  readonly name: string;
  /** The version of each operator set that the nodes follow, by domain (`""` is ai.onnx). */
  readonly opsets: Readonly<Record<string, number>>;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Trained weights and other constants by value name. */
  readonly constants: ReadonlyMap<string, Constant>;
  /** In an order in which every node comes after the nodes that it reads from. */
  readonly nodes: readonly Node[];
}

/** A named input or output and what the model declares of it. */
export interface ValueInfo {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: DeclaredShape;
}

export interface Node {
  /** Unique in the graph; made up where the model has none. */
  readonly name: string;
  /** Operator domain: `""` for ai.onnx, `"ai.onnx.ml"`, or a vendor's. */
  readonly domain: string;
  /** Operator type as ONNX spells it, such as `TreeEnsembleClassifier`. */
  readonly operator: string;
  /** Value names by position; `""` where an optional input is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

export type Attribute =
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "tensor"; readonly value: Tensor }
  | { readonly kind: "ints"; readonly value: Float64Array; readonly int32?: Int32Array }
  | { readonly kind: "floats"; readonly value: Float32Array }
  | { readonly kind: "strings"; readonly value: readonly string[]; readonly repeated?: Repeated }
  | { readonly kind: "graph"; readonly value: Body }
  | Opaque;

/**
 * The body of an If, Loop or Scan. What it reads from outside are inputs of its node too, behind those that the operator has: so a
 * node depends on nothing but its inputs, as every other does.
 */
export interface Body extends Pick<Graph, "opsets" | "constants" | "nodes"> {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Names of the node's last inputs inside the body. */
  readonly captured: readonly string[];
}

/** Something that only onnxruntime reads: a subgraph, a sparse tensor, a float16 weight, data in another file. */
export interface Opaque {
  readonly kind: "opaque";
  readonly what: string;
  /** Of integers of which some are int64's ends: the same with ±2^53 in their place, for who takes them for "no bound". */
  readonly saturated?: Tensor;
  /** Of numbers of 16 bits: makes the float32 of the same values. */
  readonly widened?: () => Tensor;
  /** Of a subgraph: its bytes, for who knows what it means. */
  readonly subgraph?: Uint8Array;
}

export type Constant = Tensor | Opaque;

export function isOpaque(constant: Constant): constant is Opaque {
  return "kind" in constant;
}

/** Domain and operator as docs and messages print them: `MatMul`, `ai.onnx.ml.Scaler`. */
export function operatorName(node: Pick<Node, "domain" | "operator">): string {
  return node.domain === "" ? node.operator : `${node.domain}.${node.operator}`;
}
