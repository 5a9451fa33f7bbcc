import { describe, expect, it } from "vitest";
import { node } from "../../test/onnx/tiny-models.ts";
import { buildGraph, type GraphParts } from "../graph/build.ts";
import type { Attribute, Graph, Node } from "../graph/graph.ts";
import { interpret } from "../interpreter/interpret.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";
import { compiledEngine } from "./compiled.ts";
import { divideTexts } from "./text-part.ts";

const strings = (...value: string[]): Attribute => ({ kind: "strings", value });
const ints = (...value: number[]): Attribute => ({ kind: "ints", value: Float64Array.from(value) });
const string = (value: string): Attribute => ({ kind: "string", value });
const int = (value: number): Attribute => ({ kind: "int", value });

function withAttributes(made: Node, attributes: Readonly<Record<string, Attribute>>): Node {
  return { ...made, attributes: new Map(Object.entries(attributes)) };
}

const lowered = withAttributes(node("StringNormalizer", ["words"], ["lowered"]), { case_change_action: string("LOWER") });
const tokens = withAttributes(node("com.microsoft.Tokenizer", ["lowered"], ["tokens"]), {
  tokenexp: string("\\w+"),
  pad_value: string("#"),
  mincharnum: int(1),
});
const counted = withAttributes(node("TfIdfVectorizer", ["tokens"], ["counts"]), {
  mode: string("TF"),
  min_gram_length: int(1),
  max_gram_length: int(1),
  ngram_counts: ints(0),
  ngram_indexes: ints(0, 1, 2),
  pool_strings: strings("good", "bad", "not"),
});

const text = { name: "words", dtype: "string", shape: ["rows"] } as const;
const number = { name: "age", dtype: "float32", shape: ["rows", 3] } as const;

function graphOf(nodes: readonly Node[], parts: Partial<GraphParts>): Graph {
  return buildGraph({
    name: "test",
    opsets: { "": 18, "ai.onnx.ml": 3 },
    inputs: [text],
    outputs: [],
    constants: new Map(),
    nodes,
    ...parts,
  });
}

const lines = ["Good, good; not BAD", "", "nothing of it", "bad"];
const words = tensor("string", [4], lines) as Tensor;

/** What the compiled engine says of all rows together, and of each alone. */
async function answers(graph: Graph, inputs: readonly Tensor[]): Promise<readonly Tensor[]> {
  const engine = await compiledEngine(graph, "a test");
  const together = await engine.run(inputs);
  const rows = inputs[0]?.shape[0] ?? 0;
  for (let row = 0; row < rows; row++) {
    const alone = await engine.run(
      inputs.map(({ dtype, shape, data }) => {
        const width = data.length / rows;
        return { dtype, shape: [1, ...shape.slice(1)], data: data.slice(row * width, (row + 1) * width) } as Tensor;
      }),
    );
    alone.forEach(({ data }, output) => {
      const all = together[output]?.data ?? [];
      expect(data, `row ${row}`).toEqual(all.slice((row * all.length) / rows, ((row + 1) * all.length) / rows));
    });
  }
  return together;
}

describe("a model that reads texts", () => {
  const sum = graphOf([lowered, tokens, counted, node("Add", ["counts", "age"], ["sum"])], {
    inputs: [text, number],
    outputs: [{ name: "sum", dtype: "float32", shape: ["rows", 3] }],
  });

  it("is counted by the interpreter and computed by the kernel", async () => {
    const ages = tensor(
      "float32",
      [4, 3],
      Float32Array.from({ length: 12 }, (_, index) => index / 8),
    ) as Tensor;
    const [found] = await answers(sum, [words, ages]);
    expect(found).toEqual(interpret(sum, [words, ages])[0]);
    expect(Array.from<string | number>(found?.data.slice(0, 3) ?? [])).toEqual([2, 1.125, 1.25]);
  });

  it("takes more rows than a block holds", async () => {
    const many = tensor(
      "string",
      [1000],
      Array.from({ length: 1000 }, (_, row) => "good ".repeat(row % 7)),
    ) as Tensor;
    const ages = tensor("float32", [1000, 3]) as Tensor;
    const engine = await compiledEngine(sum, "a test");
    expect(await engine.run([many, ages])).toEqual(interpret(sum, [many, ages]));
  });

  it("hands strings on to the kernel, and gives those that are outputs", async () => {
    const encoded = withAttributes(node("ai.onnx.ml.OneHotEncoder", ["lowered"], ["codes"]), { cats_strings: strings("bad", "") });
    const graph = graphOf([lowered, encoded], {
      outputs: [
        { name: "codes", dtype: "float32", shape: ["rows", 2] },
        { name: "lowered", dtype: "string", shape: ["rows"] },
      ],
    });
    const found = await answers(graph, [words]);
    expect(found).toEqual(interpret(graph, [words]));
    expect(found[1]?.data).toEqual(lines.map((line) => line.toLowerCase()));
  });

  it("lets the kernel read the same strings", async () => {
    const encoded = withAttributes(node("ai.onnx.ml.OneHotEncoder", ["words"], ["codes"]), { cats_strings: strings("bad", "", "not") });
    const graph = graphOf([lowered, tokens, counted, encoded, node("Add", ["codes", "counts"], ["sum"])], {
      outputs: [{ name: "sum", dtype: "float32", shape: ["rows", 3] }],
    });
    expect(await answers(graph, [words])).toEqual(interpret(graph, [words]));
  });

  it("needs no kernel for texts alone", async () => {
    const graph = graphOf([lowered], { outputs: [{ name: "lowered", dtype: "string", shape: ["rows"] }] });
    expect(await answers(graph, [words])).toEqual(interpret(graph, [words]));
  });

  it("casts texts to numbers, and fails for one that is none, whatever else is in the block", async () => {
    const cast = withAttributes(node("Cast", ["words"], ["number"]), { to: int(1) });
    const graph = graphOf([cast, node("Neg", ["number"], ["negated"])], {
      outputs: [{ name: "negated", dtype: "float32", shape: ["rows"] }],
    });
    const [found] = await answers(graph, [tensor("string", [3], ["1.5", "-2", "1e3"]) as Tensor]);
    expect(Array.from<string | number>(found?.data ?? [])).toEqual([-1.5, 2, -1000]);
    const engine = await compiledEngine(graph, "a test");
    for (const texts of [["x"], ["1", "x", "2"]])
      await expect(engine.run([tensor("string", [texts.length], texts) as Tensor])).rejects.toMatchObject({ code: "ENGINE_FAILED" });
  });
});

describe("what is not divided", () => {
  const float = { dtype: "float32", shape: ["rows", 3] } as const;

  it("is a model that reads no text", () => {
    const encoded = withAttributes(node("ai.onnx.ml.OneHotEncoder", ["words"], ["codes"]), { cats_strings: strings("bad") });
    expect(divideTexts(graphOf([encoded], { outputs: [{ ...float, name: "codes" }] }))).toBeUndefined();
  });

  it.each([
    [
      "texts of what is computed",
      [
        node("Exp", ["age"], ["power"]),
        withAttributes(node("Cast", ["power"], ["words"]), { to: int(8) }),
        withAttributes(node("RegexFullMatch", ["words"], ["found"]), { pattern: string("1.*") }),
      ],
      { inputs: [number], outputs: [{ name: "found", dtype: "bool", shape: ["rows", 3] }] },
    ],
    ["tokens as an output", [lowered, tokens], { outputs: [{ name: "tokens", dtype: "string", shape: ["rows", null] }] }],
    [
      "words that are left out of the list of rows",
      [{ ...lowered, attributes: new Map([...lowered.attributes, ["stopwords", strings("of")]]) }, tokens, counted],
      { outputs: [{ ...float, name: "counts" }] },
    ],
    [
      "a pattern with a flag",
      [withAttributes(node("RegexFullMatch", ["words"], ["found"]), { pattern: string("(?i)a") })],
      { outputs: [{ name: "found", dtype: "bool", shape: ["rows"] }] },
    ],
    ["a list of words as one row", [lowered, counted], { inputs: [{ ...text, shape: [7] }], outputs: [{ ...float, name: "counts" }] }],
  ] as const)("leaves %s to onnxruntime", async (_, nodes, parts) => {
    const read = { ...counted, inputs: ["lowered"] };
    const graph = graphOf(
      nodes.map((one) => (one === counted && !nodes.some(({ outputs }) => outputs.includes("tokens")) ? read : one)),
      parts as Partial<GraphParts>,
    );
    await expect(compiledEngine(graph, "a test")).rejects.toMatchObject({ code: "OPERATOR_UNSUPPORTED" });
  });
});
