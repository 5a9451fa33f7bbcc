import type { Attribute, Constant, Node } from "../../../src/graph/graph.ts";
import { tensor } from "../../../src/tensor/tensor.ts";
import { bytes, type Field, groups, message, nested, overlong, text, varint } from "../../onnx/protobuf.ts";
import { classifier, classifierSignature, model, node, withMetadata } from "../../onnx/tiny-models.ts";
import type { Hostile } from "./corpus.ts";

/** ONNX files whose structure, shapes or constants are an attack. */

const ints = (...value: number[]): Attribute => ({ kind: "ints", value: Float64Array.from(value) });
const int = (value: number): Attribute => ({ kind: "int", value });
const string = (value: string): Attribute => ({ kind: "string", value });
const floats = (value: ArrayLike<number>): Attribute => ({ kind: "floats", value: Float32Array.from(value) });
const longs = (...values: number[]): Constant => tensor("int64", [values.length], Float64Array.from(values));
const table = (columns: number | null = 4): { name: string; dtype: "float32"; shape: (number | null | string)[] } => ({
  name: "X",
  dtype: "float32",
  shape: ["n", columns],
});

/** A model of these nodes from X `[n, columns]` to Y. */
function graph(nodes: readonly Node[], constants: Readonly<Record<string, Constant>> = {}, columns: number | null = 4): Uint8Array {
  return model({
    inputs: [table(columns)],
    outputs: [{ name: "Y", dtype: "float32", shape: [null, null] }],
    nodes,
    constants: new Map(Object.entries(constants)),
  });
}

export function* onnxCorpus(): Generator<Hostile> {
  for (const [what, file] of Object.entries({ ...structures(), ...shapes(), ...bombs(), ...attributes() })) yield [what, file];
  for (const [what, text] of Object.entries(metadata())) yield [what, withMetadata(classifier(), "setosa.signature", text, true)];
  for (const [what, text] of Object.entries(metadata())) yield [`parity: ${what}`, withMetadata(classifier(), "setosa.parity", text, true)];
}

/** ModelProto around a GraphProto. */
const file = (...fields: readonly Field[]): Uint8Array => message(varint(1, 8), nested(8, varint(2, 18)), nested(7, ...fields));

/** A field many times: as many arguments would be too many for a call. */
const repeated =
  (times: number, field: Field): Field =>
  (writer) => {
    for (let index = 0; index < times; index++) field(writer);
  };

/** An attribute that holds a graph whose node has an attribute that holds a graph, and so on. */
function nestedGraphs(depth: number): Uint8Array {
  let inner = message(text(2, "g"));
  for (let level = 0; level < depth; level++)
    inner = message(nested(1, text(4, "If"), nested(5, text(1, "then_branch"), varint(20, 5), bytes(6, inner))));
  return inner;
}

const tensorProto = (...fields: readonly Field[]): Uint8Array => file(nested(5, ...fields));

function structures(): Record<string, Uint8Array> {
  const chain = Array.from({ length: 50_000 }, (_, index) =>
    node("Identity", [index === 0 ? "X" : `v${index}`], [index === 49_999 ? "Y" : `v${index + 1}`]),
  );
  return {
    "groups in groups": message(groups(7, 100_000)),
    "a graph longer than the file": message(varint(1, 8), overlong(7, 2 ** 31 - 1)),
    "graphs in graphs": message(varint(1, 8), bytes(7, nestedGraphs(2000))),
    "graphs in graphs, 6,000 deep": message(varint(1, 8), bytes(7, nestedGraphs(6000))),
    "50,000 nodes in a row": graph(chain),
    "50,000 nodes from last to first": graph(chain.toReversed()),
    "a cycle of nodes": graph([node("Identity", ["b"], ["a"]), node("Identity", ["a"], ["b"]), node("Add", ["a", "X"], ["Y"])]),
    "a node that reads itself": graph([node("Add", ["Y", "X"], ["Y"])]),
    "an output that is there twice": graph([node("Abs", ["X"], ["Y"]), node("Neg", ["X"], ["Y"])]),
    "a name of 5 MB": graph([node("Identity", ["x".repeat(5e6)], ["Y"])]),
    "names of the language's own": graph([node("Identity", ["__proto__"], ["constructor"]), node("Identity", ["constructor"], ["Y"])]),
    "200,000 metadata entries": message(varint(1, 8), repeated(200_000, nested(14, text(1, "a"), text(2, "b")))),
    "texts that are not UTF-8": file(bytes(2, Uint8Array.of(0xff, 0xfe, 0x80)), nested(1, bytes(4, Uint8Array.of(0xc3, 0x28)))),
    "a varint without end": Uint8Array.from([...message(varint(1, 8)), 0x38, ...new Array(20).fill(0xff)]),
    "an operator set of 2^62": message(varint(1, 8), nested(8, varint(2, 2n ** 62n)), nested(7)),
  };
}

function shapes(): Record<string, Uint8Array> {
  const external = nested(13, text(1, "location"), text(2, "/etc/passwd"));
  const ends = [2n ** 31n, 2n ** 53n, 2n ** 63n - 1n, -1n];
  return {
    ...Object.fromEntries(
      ends.flatMap((end) => [
        [`a tensor of ${end}`, tensorProto(varint(1, end), varint(2, 1), text(8, "t"))],
        [`a tensor of ${end} × ${end} with bytes`, tensorProto(varint(1, end), varint(1, end), varint(2, 1), bytes(9, new Uint8Array(8)))],
        [`a tensor of 0 × ${end}`, tensorProto(varint(1, 0), varint(1, end), varint(2, 1), text(8, "t"))],
        [`${end} columns`, graph([node("Abs", ["X"], ["Y"])], {}, Number(BigInt.asIntN(53, end)))],
      ]),
    ),
    "a tensor of 100,000 dimensions": tensorProto(repeated(100_000, varint(1, 1)), varint(2, 1)),
    "a tensor that is shorter than its shape": tensorProto(varint(1, 1000), varint(2, 1), bytes(9, new Uint8Array(7))),
    "a tensor in a file of its own": tensorProto(varint(1, 4), varint(2, 1), varint(14, 1), external, text(8, "t")),
    "a sparse tensor": file(nested(15, nested(1, varint(1, 2 ** 31), varint(2, 1)), varint(3, 2n ** 62n))),
    "a tensor of texts that are not UTF-8": tensorProto(varint(1, 1), varint(2, 8), bytes(6, Uint8Array.of(0xff)), text(8, "t")),
    "an element type of 2^31": tensorProto(varint(1, 1), varint(2, 2 ** 31 - 1)),
    "2,000,000 empty texts": tensorProto(varint(1, 2_000_000), varint(2, 8), repeated(200_000, text(6, ""))),
  };
}

/** Few nodes that ask for much: constants that are folded while loading, and rows that are asked for. */
function bombs(): Record<string, Uint8Array> {
  const doubling = (start: string, axis: number, times: number): Node[] =>
    Array.from({ length: times }, (_, index) =>
      node("Concat", [index === 0 ? start : `d${index}`, index === 0 ? start : `d${index}`], [`d${index + 1}`], { axis: int(axis) }),
    );
  const use = (last: string): Node => node("Add", ["X", last], ["Y"]);
  const made = (
    operator: string,
    inputs: string[],
    constants: Record<string, Constant>,
    more: Record<string, Attribute> = {},
  ): Uint8Array => graph([node(operator, inputs, ["c"], more), use("c")], constants);
  const one = tensor("float32", [1, 4], Float32Array.of(1, 2, 3, 4));
  return {
    "a constant doubled 60 times": graph([...doubling("W", 0, 60), use("d60")], { W: one }),
    "a constant doubled 26 times": graph([...doubling("W", 0, 26), use("d26")], { W: one }),
    "rows doubled 60 times": graph([...doubling("X", 1, 60), node("Abs", ["d60"], ["Y"])]),
    "rows doubled 24 times": graph([...doubling("X", 1, 24), node("Abs", ["d24"], ["Y"])]),
    "zeros of 2^31 × 2^31": made("ConstantOfShape", ["s"], { s: longs(2 ** 31, 2 ** 31) }),
    "zeros of 2^29": made("ConstantOfShape", ["s"], { s: longs(2 ** 29) }),
    "zeros of -1": made("ConstantOfShape", ["s"], { s: longs(-1) }),
    "a constant tiled 2^40 times": made("Tile", ["W", "s"], { W: one, s: longs(2 ** 40, 1) }),
    "rows tiled 2^40 times": graph([node("Tile", ["X", "s"], ["Y"])], { s: longs(1, 2 ** 40) }),
    "rows tiled 2^22 times": graph([node("Tile", ["X", "s"], ["Y"])], { s: longs(1, 2 ** 22) }),
    "a constant expanded to 2^53": made("Expand", ["W", "s"], { W: one, s: longs(2 ** 51, 4) }),
    "a constant padded by 2^31": made("Pad", ["W", "s"], { W: one, s: longs(2 ** 31, 0, 2 ** 31, 0) }),
    "rows padded by 2^31": graph([node("Pad", ["X", "s"], ["Y"])], { s: longs(0, 0, 0, 2 ** 31) }),
    "a range of 2^53": made("Range", ["a", "b", "c1"], {
      a: tensor("int64", [], Float64Array.of(0)),
      b: tensor("int64", [], Float64Array.of(2 ** 53)),
      c1: tensor("int64", [], Float64Array.of(1)),
    }),
    "a range by 0": made("Range", ["a", "b", "c1"], {
      a: tensor("float32", [], Float32Array.of(0)),
      b: tensor("float32", [], Float32Array.of(5)),
      c1: tensor("float32", [], Float32Array.of(0)),
    }),
    "a shape of 2^40": graph([node("Reshape", ["X", "s"], ["Y"])], { s: longs(-1, 2 ** 40) }),
    "a shape of 0": graph([node("Reshape", ["X", "s"], ["Y"])], { s: longs(0, 0, 0, -1) }),
    "a slice from one end of the integers to the other": graph([node("Slice", ["X", "a", "b", "c", "d"], ["Y"])], {
      a: longs(-(2 ** 53)),
      b: longs(2 ** 53),
      c: longs(1),
      d: longs(-(2 ** 53)),
    }),
    "a split into 2^31": graph([node("Split", ["X", "s"], ["Y"], { axis: int(1) })], { s: longs(2 ** 31, -(2 ** 31) + 4) }),
    "the largest 2^40": graph([node("TopK", ["X", "s"], ["Y", "i"])], { s: longs(2 ** 40) }),
    "column 2^53": graph([node("Gather", ["X", "s"], ["Y"], { axis: int(1) })], { s: longs(2 ** 53) }),
    "an outer product of a constant, five times": graph(
      [
        ...Array.from({ length: 5 }, (_, index) =>
          node("Einsum", [index === 0 ? "W" : `e${index}`, "W"], [`f${index + 1}`], { equation: string("i,j->ij") }),
        ),
        ...Array.from({ length: 5 }, (_, index) => node("Reshape", [`f${index + 1}`, "s"], [`e${index + 1}`])),
        use("e5"),
      ],
      { W: tensor("float32", [3000], new Float32Array(3000)), s: longs(-1) },
    ),
    "a product with a matrix that does not fit": graph([node("MatMul", ["X", "W"], ["Y"])], {
      W: tensor("float32", [3, 100_000], new Float32Array(300_000)),
    }),
  };
}

function attributes(): Record<string, Uint8Array> {
  const ml = (operator: string, values: Record<string, Attribute>): Uint8Array =>
    graph([node(`ai.onnx.ml.${operator}`, ["X"], ["Y"], values)]);
  const image = { name: "X", dtype: "float32" as const, shape: ["n", 1, 8, 8] };
  const conv = (operator: string, values: Record<string, Attribute>): Uint8Array =>
    model({
      inputs: [image],
      outputs: [{ name: "Y", dtype: "float32", shape: [null, null, null, null] }],
      nodes: [node(operator, operator === "Conv" ? ["X", "W"] : ["X"], ["Y"], values)],
      constants: new Map([["W", tensor("float32", [1, 1, 3, 3], new Float32Array(9))]]),
    });
  const wide = Float64Array.from({ length: 50_000 }, (_, index) => index);
  const pattern = (text: string): Uint8Array =>
    model({
      inputs: [{ name: "X", dtype: "string", shape: ["n", 1] }],
      outputs: [{ name: "Y", dtype: "bool", shape: ["n", 1] }],
      nodes: [node("RegexFullMatch", ["X"], ["Y"], { pattern: string(text) })],
      opsets: { "": 20, "ai.onnx.ml": 3 },
    });
  const grams = (values: Record<string, Attribute>): Uint8Array =>
    graph([
      node("TfIdfVectorizer", ["X"], ["Y"], {
        mode: string("TF"),
        min_gram_length: int(1),
        max_gram_length: int(1),
        max_skip_count: int(0),
        ngram_counts: ints(0),
        pool_int64s: ints(1, 2),
        ...values,
      }),
    ]);
  return {
    "columns 2^40 of a FeatureVectorizer": ml("FeatureVectorizer", { inputdimensions: ints(2 ** 40) }),
    "50,000 categories of 4 columns": ml("OneHotEncoder", { cats_int64s: { kind: "ints", value: wide } }),
    "50,000 categories of 2,000 columns": graph(
      [node("ai.onnx.ml.OneHotEncoder", ["X"], ["Y"], { cats_int64s: { kind: "ints", value: wide } })],
      {},
      2000,
    ),
    "a linear regressor of 2^31 targets": ml("LinearRegressor", { coefficients: floats([1, 2, 3, 4]), targets: int(2 ** 31) }),
    "a linear classifier without classes": ml("LinearClassifier", { coefficients: floats([1, 2, 3, 4]), classlabels_ints: ints() }),
    "2^53 support vectors": ml("SVMRegressor", {
      n_supports: int(2 ** 53),
      coefficients: floats([1]),
      support_vectors: floats([1, 2, 3, 4]),
      rho: floats([0]),
      kernel_params: floats([1, 1, 1]),
    }),
    "classes of -5 vectors": ml("SVMClassifier", {
      vectors_per_class: ints(-5, 2 ** 40),
      coefficients: floats([1]),
      support_vectors: floats([1, 2, 3, 4]),
      rho: floats([0]),
      classlabels_ints: ints(0, 1),
      kernel_params: floats([1, 1, 1]),
    }),
    "a polynomial of degree 1e30": ml("SVMRegressor", {
      n_supports: int(1),
      kernel_type: string("POLY"),
      coefficients: floats([1]),
      support_vectors: floats([1, 2, 3, 4]),
      rho: floats([0]),
      kernel_params: floats([1, 1, 1e30]),
    }),
    "a window of 2^31": conv("MaxPool", { kernel_shape: ints(2 ** 31, 2 ** 31) }),
    "a window at steps of 0": conv("MaxPool", { kernel_shape: ints(2, 2), strides: ints(0, 0) }),
    "a window padded by 2^31": conv("AveragePool", { kernel_shape: ints(2, 2), pads: ints(2 ** 31, 2 ** 31, 2 ** 31, 2 ** 31) }),
    "a convolution padded by 5,000": conv("Conv", { pads: ints(5000, 5000, 5000, 5000) }),
    "a convolution dilated by 2^40": conv("Conv", { dilations: ints(2 ** 40, 2 ** 40) }),
    "a convolution in 2^31 groups": conv("Conv", { group: int(2 ** 31) }),
    "a pattern of a million a": pattern("(a{1000}){1000}"),
    "a pattern that repeats repetitions": pattern("((((a{0,99}){0,99}){0,99}){0,99}){0,99}"),
    "100,000 parentheses": pattern("(".repeat(100_000) + ")".repeat(100_000)),
    "100,000 choices": pattern(new Array(100_000).fill("a*").join("|")),
    "stars of stars": pattern("(a*)*(b*)*(((a|b)*)*)*c"),
    "n-grams of column 2^40": grams({ ngram_indexes: ints(0, 2 ** 40) }),
    "n-grams of column -1": grams({ ngram_indexes: ints(-1, 0) }),
    "n-grams of length 2^31": grams({ max_gram_length: int(2 ** 31), max_skip_count: int(2 ** 31), ngram_indexes: ints(0, 1) }),
  };
}

function metadata(): Record<string, string> {
  const good = JSON.stringify(classifierSignature);
  const feature = { name: "a", input: "X", column: 0, dtype: "float32", missing: false };
  const changed = (change: Record<string, unknown>): string => JSON.stringify({ ...classifierSignature, ...change });
  return {
    "100,000 lists": "[".repeat(100_000),
    "100,000 lists that end": "[".repeat(100_000) + "]".repeat(100_000),
    "100,000 objects": `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`,
    "a key twice": good.replace("{", '{"format":2,'),
    "a key of the language's own": good.replace("{", '{"__proto__":{"features":[]},"constructor":1,'),
    "no text": "",
    "a number": "1e999",
    "features of 2^31 columns": changed({ features: [{ ...feature, column: 2 ** 31 }, feature] }),
    "100,000 features of one column": changed({ features: new Array(100_000).fill(feature) }),
    "features with one name": changed({ features: [feature, { ...feature, column: 1 }] }),
    "a name of the language's own": changed({
      features: [
        { ...feature, name: "__proto__" },
        { ...feature, name: "constructor", column: 1 },
      ],
    }),
    "an example that is too long": changed({ example: new Array(100_000).fill(1) }),
    "ranges that are no numbers": good.replace('"missing":false', '"missing":false,"min":"x","max":[1]'),
    "half of a text": good.slice(0, good.length / 2),
    "100,000 parity rows": JSON.stringify({
      format: 1,
      rows: new Array(100_000).fill([1, 2]),
      labels: new Array(100_000).fill(0),
      scores: new Array(100_000).fill([1, 2]),
      kinds: new Array(100_000).fill("typical"),
    }),
    "a parity row of 100,000 values": JSON.stringify({
      format: 1,
      rows: [new Array(100_000).fill(1)],
      labels: [0],
      scores: [[1, 2]],
      kinds: ["typical"],
    }),
    "parity rows that are no rows": JSON.stringify({
      format: 1,
      rows: [null, {}, "x"],
      labels: [2 ** 31, -1, 0.5],
      scores: [[]],
      kinds: [],
    }),
  };
}
