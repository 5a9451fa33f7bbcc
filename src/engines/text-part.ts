import { intAttribute, stringsAttribute, tensorAttribute } from "../graph/attributes.ts";
import { type Graph, isOpaque, type Node, operatorName, type ValueInfo } from "../graph/graph.ts";
import { onnxDTypes } from "../tensor/onnx-dtypes.ts";

/** A graph in two: what reads texts, for the interpreter, and the rest, which a kernel computes. */
export interface Division {
  /** The nodes that read texts and what they need. */
  readonly texts: readonly Node[];
  readonly rest: readonly Node[];
  /** Values that `texts` makes and `rest` or an output reads. */
  readonly handedOn: readonly string[];
}

/** The part that reads texts, with all that evaluating it needs: plain data. */
export interface TextPart {
  readonly opsets: Graph["opsets"];
  /** Of the whole model. */
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly nodes: readonly Node[];
  /** Those that its nodes read. */
  readonly constants: Graph["constants"];
  /** What it hands on to the kernel or gives as outputs: rows of a fixed size. */
  readonly handedOn: readonly ValueInfo[];
}

/** Operators that need the text itself; a kernel knows a text only as a position in its vocabulary. */
const readers: ReadonlySet<string> = new Set([
  "RegexFullMatch",
  "StringConcat",
  "StringNormalizer",
  "StringSplit",
  "TfIdfVectorizer",
  "catboost.CategoryHash",
  "com.microsoft.MurmurHash3",
  "com.microsoft.Tokenizer",
]);

/** Those of them that make as many strings as there are in a text. */
const splitters: ReadonlySet<string> = new Set(["StringSplit", "com.microsoft.Tokenizer"]);

/** Operators that may stand before or between them: cheap ones, which keep rows apart. */
const companions: ReadonlySet<string> = new Set(
  "And Cast Concat Equal Flatten Gather Identity Not Or Reshape Slice Split Squeeze Unsqueeze Where"
    .split(" ")
    .concat("ArrayFeatureExtractor CategoryMapper LabelEncoder".split(" ").map((name) => `ai.onnx.ml.${name}`)),
);

/** Operators whose outputs are strings where one of their inputs is. */
const movers: ReadonlySet<string> = new Set(
  "Compress Concat Expand Flatten Gather GatherElements GatherND Identity Reshape Slice Split Squeeze Tile Transpose Unsqueeze Where"
    .split(" ")
    .concat("ai.onnx.ml.ArrayFeatureExtractor", "ai.onnx.ml.Imputer"),
);

/**
 * Divides a graph whose inputs go through operators that read texts before anything is computed.
 * @returns undefined where no node reads texts, where one reads what is computed, or where the rest reads the texts' tokens
 */
export function divideTexts(graph: Graph): Division | undefined {
  const nodes = liveNodes(graph);
  const strings = stringValues(graph, nodes);
  const needed = new Set<string>();
  const texts: Node[] = [];
  for (const node of nodes.toReversed()) {
    if (!readsTexts(node, strings) && !node.outputs.some((output) => needed.has(output))) continue;
    const name = operatorName(node);
    if (!readers.has(name) && !companions.has(name)) return undefined;
    texts.push(node);
    for (const input of node.inputs) needed.add(input);
  }
  if (texts.length === 0) return undefined;
  texts.reverse();
  const rest = nodes.filter((node) => !texts.includes(node));
  const read = new Set([...rest.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ name }) => name)]);
  const handedOn = texts.flatMap(({ outputs }) => outputs.filter((output) => output !== "" && read.has(output)));
  const ragged = raggedValues(texts);
  return handedOn.some((name) => ragged.has(name)) ? undefined : { texts, rest, handedOn };
}

/** The values whose size depends on the text: tokens, and what is made of them, up to the counting of n-grams. */
function raggedValues(texts: readonly Node[]): ReadonlySet<string> {
  const ragged = new Set<string>();
  for (const node of texts) {
    const name = operatorName(node);
    const [first = ""] = node.outputs;
    if (splitters.has(name)) ragged.add(first);
    else if (name !== "TfIdfVectorizer" && node.inputs.some((input) => ragged.has(input)))
      for (const output of node.outputs) ragged.add(output);
  }
  return ragged;
}

/** The graph's inputs that one of the nodes reads. */
export function inputsOf(graph: Pick<Graph, "inputs">, nodes: readonly Node[]): readonly ValueInfo[] {
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  return graph.inputs.filter(({ name }) => read.has(name));
}

function readsTexts(node: Node, strings: ReadonlySet<string>): boolean {
  return readers.has(operatorName(node)) || (node.operator === "Cast" && (givesStrings(node) || strings.has(node.inputs[0] ?? "")));
}

function givesStrings(node: Node): boolean {
  return onnxDTypes.get(intAttribute(node, "to", 0)) === "string";
}

/** The values that are strings, as far as operators before and between readers make them. */
function stringValues(graph: Graph, nodes: readonly Node[]): ReadonlySet<string> {
  const strings = new Set(graph.inputs.filter(({ dtype }) => dtype === "string").map(({ name }) => name));
  for (const [name, constant] of graph.constants) if (!isOpaque(constant) && constant.dtype === "string") strings.add(name);
  for (const node of nodes) {
    const [first] = node.outputs;
    const name = operatorName(node);
    if (movers.has(name) && node.inputs.some((input) => strings.has(input))) for (const output of node.outputs) strings.add(output);
    else if (first !== undefined && makesStrings(node, name)) strings.add(first);
  }
  return strings;
}

function makesStrings(node: Node, name: string): boolean {
  if (name === "Cast") return givesStrings(node);
  if (name === "ai.onnx.ml.LabelEncoder")
    return stringsAttribute(node, "values_strings") !== undefined || tensorAttribute(node, "values_tensor")?.dtype === "string";
  return ["StringConcat", "StringNormalizer", "StringSplit", "com.microsoft.Tokenizer"].includes(name);
}

/** The nodes that an output depends on. */
function liveNodes(graph: Graph): readonly Node[] {
  const needed = new Set(graph.outputs.map(({ name }) => name));
  const live = graph.nodes.toReversed().filter((node) => {
    if (!node.outputs.some((output) => needed.has(output))) return false;
    for (const input of node.inputs) needed.add(input);
    return true;
  });
  return live.reverse();
}
