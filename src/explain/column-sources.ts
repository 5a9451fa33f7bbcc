import { type Graph, isOpaque, type Node, operatorName } from "../graph/graph.ts";
import type { Signature } from "../graph/signature.ts";
import { evaluateNode } from "../interpreter/interpret.ts";
import { allocate } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { refuse } from "./refuse.ts";

/** Of an element that depends on no feature, or on several; any other number is the feature that it depends on. */
export const noFeature = -1;
export const severalFeatures = -2;

export interface ColumnSources {
  /** By column of the value: the feature that it is made of. */
  readonly features: Int32Array;
  readonly dtype: Tensor["dtype"];
}

/**
 * Which feature each column of a value is made of. Found on example rows: operators that move elements are evaluated on the elements'
 * features instead of their values, others are known to make each element of those beside it, and of any other operator every element
 * depends on all that it reads.
 * @param value `[rows, columns]`
 * @param inputs Two rows that the model takes, in the order of the graph's inputs
 */
export function columnSources(graph: Graph, { features }: Signature, value: string, inputs: readonly Tensor[]): ColumnSources {
  const values = new Map<string, Sourced>();
  for (const [name, constant] of graph.constants) if (!isOpaque(constant)) values.set(name, { tensor: constant, sources: undefined });
  graph.inputs.forEach(({ name }, position) => {
    const tensor = inputs[position] as Tensor;
    const width = tensor.data.length / rows;
    const sources = new Float64Array(tensor.data.length);
    for (let at = 0; at < sources.length; at++)
      sources[at] = features.findIndex((feature) => feature.input === name && feature.column === at % width);
    values.set(name, { tensor, sources });
  });
  for (const node of needed(graph, value)) {
    const given = node.inputs.map((input) =>
      input === "" ? undefined : (values.get(input) ?? refuse(`its operator ${operatorName(node)} reads what cannot be read`)),
    );
    const opset = graph.opsets[node.domain] ?? Number.POSITIVE_INFINITY;
    const made = evaluateNode(
      node,
      given.map((one) => one?.tensor),
      opset,
    );
    made.forEach((tensor, position) => {
      const name = node.outputs[position];
      if (name !== undefined && name !== "") values.set(name, { tensor, sources: sourcesOf(node, given, tensor, position, opset) });
    });
  }
  const { tensor, sources } = values.get(value) ?? refuse("what its trees read is not made");
  const columns = tensor.data.length / rows;
  if (tensor.shape[0] !== rows || !Number.isInteger(columns)) return refuse("what its trees read is no table of rows");
  return { features: Int32Array.from({ length: columns }, (_, column) => sources?.[column] ?? noFeature), dtype: tensor.dtype };
}

const rows = 2;

/** A value on the example rows, and the feature of each of its elements; undefined where it depends on none. */
interface Sourced {
  readonly tensor: Tensor;
  readonly sources: Float64Array | undefined;
}

type Given = readonly (Sourced | undefined)[];

function sourcesOf(node: Node, given: Given, made: Tensor, position: number, opset: number): Float64Array | undefined {
  if (given.every((one) => one?.sources === undefined)) return undefined;
  const name = operatorName(node);
  if (elementwise.has(name)) return combined(given, made);
  if (moving.has(name) && given.every((one, index) => one === undefined || movedInputs(name, index) || one.sources === undefined))
    return moved(node, given, position, opset);
  if (name === "ai.onnx.ml.OneHotEncoder") return repeated(given[0]?.sources as Float64Array, made.data.length);
  if (name === "MatMul") return product(given, made) ?? everything(given, made);
  return everything(given, made);
}

/** Each element of the result is made of the elements at its place. */
const elementwise: ReadonlySet<string> = new Set(
  (
    "Abs Add And Cast CastLike Ceil Clip Div Equal Erf Exp Floor Greater GreaterOrEqual Identity IsInf IsNaN Less LessOrEqual Log Max " +
    "Min Mod Mul Neg Not Or Pow Reciprocal Relu Round Sigmoid Sign Sqrt StringNormalizer Sub Sum Tanh Where Xor " +
    "ai.onnx.ml.Binarizer ai.onnx.ml.CategoryMapper ai.onnx.ml.Imputer ai.onnx.ml.LabelEncoder ai.onnx.ml.Scaler catboost.CategoryHash"
  ).split(" "),
);

/** Each element of the result is one of the first input's, or of any of them. */
const moving: ReadonlySet<string> = new Set(
  "Concat Expand Flatten Gather Reshape Slice Split Squeeze Tile Transpose Unsqueeze ai.onnx.ml.ArrayFeatureExtractor ai.onnx.ml.FeatureVectorizer".split(
    " ",
  ),
);

function movedInputs(name: string, index: number): boolean {
  return index === 0 || name === "Concat" || name === "ai.onnx.ml.FeatureVectorizer";
}

function moved(node: Node, given: Given, position: number, opset: number): Float64Array | undefined {
  const name = operatorName(node);
  const inputs = given.map((one, index): Tensor | undefined => {
    if (one === undefined || !movedInputs(name, index)) return one?.tensor;
    const { tensor, sources } = one;
    return { dtype: "float64", shape: tensor.shape, data: sources ?? new Float64Array(tensor.data.length).fill(noFeature) };
  });
  const found = evaluateNode(node, inputs, opset)[position]?.data;
  return found === undefined || Array.isArray(found) ? undefined : Float64Array.from(found);
}

/** Inputs are spread to the result's shape first. */
function combined(given: Given, made: Tensor): Float64Array {
  const result = new Float64Array(made.data.length).fill(noFeature);
  for (const one of given) {
    if (one?.sources === undefined) continue;
    const spread = one.sources.length === result.length ? one.sources : expanded(one, made);
    for (let at = 0; at < result.length; at++) result[at] = both(result[at] as number, spread[at] as number);
  }
  return result;
}

function expanded({ tensor, sources }: Sourced, made: Tensor): Float64Array {
  const node: Node = { name: "spread", domain: "", operator: "Expand", inputs: ["x", "shape"], outputs: ["y"], attributes: new Map() };
  const shape: Tensor = { dtype: "int64", shape: [made.shape.length], data: Float64Array.from(made.shape) };
  const [found] = evaluateNode(node, [{ dtype: "float64", shape: tensor.shape, data: sources ?? allocate("float64", 0) }, shape], 13);
  return found?.data as Float64Array;
}

function repeated(sources: Float64Array, length: number): Float64Array {
  const times = length / sources.length;
  return Float64Array.from({ length }, (_, at) => sources[Math.floor(at / times)] as number);
}

/** A row times a constant matrix: a column is made of those that it has a weight for. */
function product([left, right]: Given, made: Tensor): Float64Array | undefined {
  if (left?.sources === undefined || right === undefined || right.sources !== undefined || right.tensor.shape.length !== 2)
    return undefined;
  const [inner = 0, columns = 0] = right.tensor.shape;
  const weights = right.tensor.data;
  const { sources } = left;
  return Float64Array.from({ length: made.data.length }, (_, at) => {
    const row = Math.floor(at / columns);
    let found = noFeature;
    for (let index = 0; index < inner; index++)
      if (weights[index * columns + (at % columns)] !== 0) found = both(found, sources[row * inner + index] as number);
    return found;
  });
}

function everything(given: Given, made: Tensor): Float64Array {
  let found = noFeature;
  for (const one of given) for (const source of one?.sources ?? []) found = both(found, source);
  return new Float64Array(made.data.length).fill(found);
}

function both(a: number, b: number): number {
  if (a === b || b === noFeature) return a;
  return a === noFeature ? b : severalFeatures;
}

/** The nodes that a value is made by, in order. */
export function needed(graph: Graph, value: string): Node[] {
  const wanted = new Set([value]);
  const nodes = graph.nodes.toReversed().filter((node) => {
    if (!node.outputs.some((output) => wanted.has(output))) return false;
    for (const input of node.inputs) wanted.add(input);
    return true;
  });
  return nodes.reverse();
}
