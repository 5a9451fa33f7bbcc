import { floatAttribute, floatsAttribute, intAttribute, stringAttribute, stringsAttribute } from "./attributes.ts";
import type { Node } from "./graph.ts";

/** The operator that a cell applies to its sum, which standard operators of the same name describe; the last two have none. */
export type RnnActivation =
  | { readonly operator: "Relu" | "Sigmoid" | "Softplus" | "Softsign" | "Tanh" }
  | { readonly operator: "Elu" | "LeakyRelu" | "ThresholdedRelu"; readonly alpha: number }
  | { readonly operator: "Affine" | "HardSigmoid" | "ScaledTanh"; readonly alpha: number; readonly beta: number };

/** One way through the steps. */
export interface RnnDirection {
  readonly backwards: boolean;
  readonly activation: RnnActivation;
}

/** What the attributes of an RNN say. */
export interface RnnForm {
  readonly directions: readonly RnnDirection[];
  /** Bounds of what goes into the activation. */
  readonly clip: number | undefined;
  /** Whether the batch, and not the steps, is the first dimension. */
  readonly batchFirst: boolean;
}

/** Until then an attribute said what comes out. */
const oldestOpset = 7;

/** Parameters that an activation takes, with what stands for those that are absent where ONNX Runtime and the standard agree on it. */
const parameters: ReadonlyMap<string, readonly (number | undefined)[]> = new Map([
  ["Affine", [undefined, undefined]],
  ["Elu", [1]],
  ["HardSigmoid", [Math.fround(0.2), 0.5]],
  ["LeakyRelu", [Math.fround(0.01)]],
  ["Relu", []],
  ["ScaledTanh", [undefined, undefined]],
  ["Sigmoid", []],
  ["Softplus", []],
  ["Softsign", []],
  ["Tanh", []],
  ["ThresholdedRelu", [undefined]],
]);

/** The form of an RNN, or why it is not one that is covered. */
export function rnnForm(node: Node, opset: number): RnnForm | string {
  if (opset < oldestOpset) return `its form before opset ${oldestOpset}`;
  const direction = stringAttribute(node, "direction") ?? "forward";
  if (direction !== "forward" && direction !== "reverse" && direction !== "bidirectional") return `the direction ${direction}`;
  const backwards = direction === "bidirectional" ? [false, true] : [direction === "reverse"];
  const names = stringsAttribute(node, "activations") ?? backwards.map(() => "Tanh");
  if (names.length !== backwards.length) return `${names.length} activations for ${backwards.length} directions`;
  // Consumed in order, each by the activations that take one.
  const alphas = Array.from(floatsAttribute(node, "activation_alpha") ?? []);
  const betas = Array.from(floatsAttribute(node, "activation_beta") ?? []);
  const directions: RnnDirection[] = [];
  for (const [index, name] of names.entries()) {
    const defaults = parameters.get(name);
    if (defaults === undefined) return `the activation ${name}`;
    const [alpha, beta] = defaults.map((absent, which) => (which === 0 ? alphas : betas).shift() ?? absent);
    if ((defaults.length > 0 && alpha === undefined) || (defaults.length > 1 && beta === undefined))
      return `${name} without its parameters`;
    directions.push({ backwards: backwards[index] === true, activation: { operator: name, alpha, beta } as RnnActivation });
  }
  const clip = node.attributes.has("clip") ? floatAttribute(node, "clip", 0) : undefined;
  return { directions, clip, batchFirst: intAttribute(node, "layout", 0) === 1 };
}
