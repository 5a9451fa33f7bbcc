import { readFileSync } from "node:fs";
import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { bytes, type Field, message, nested, text, varint } from "../../../test/onnx/protobuf.ts";
import { interpret } from "../../interpreter/interpret.ts";
import { tensor } from "../../tensor/tensor.ts";
import { readOnnxModel } from "./model.ts";
import { readOnnx } from "./read.ts";

const folder = new URL("../../../test/fixtures/onnx-files/", import.meta.url);
const answers = JSON.parse(readFileSync(new URL("answers.json", folder), "utf8")) as Record<
  string,
  { inputs: Record<string, number[][]>; outputs: [(string | number)[], number[][]] }
>;

function recorded(name: string) {
  const answer = answers[name];
  if (answer === undefined) throw new Error(`No answers of ${name} are recorded.`);
  const rows = answer.inputs.X ?? [];
  const x = tensor("float32", [rows.length, rows[0]?.length ?? 0], Float32Array.from(rows.flat()));
  return { file: readOnnx(readFileSync(new URL(`${name}.onnx`, folder))), x, labels: answer.outputs[0], scores: answer.outputs[1].flat() };
}

describe("ZipMap", () => {
  it.each([
    ["zipmap-strings", ["setosa", "versicolor", "virginica"]],
    ["zipmap-integers", [0, 1, 2]],
    ["zipmap-binary", [0, 1]],
  ])("is removed from %s, its labels kept, its answers unchanged", async (name, classes) => {
    const { file, x, labels, scores } = recorded(name);
    expect(file.graph.nodes.map(({ operator }) => operator)).not.toContain("ZipMap");
    expect(file.signature.task).toMatchObject({ kind: "classification", classes, labels: classes, scoreKind: "probability" });
    const [label, score] = interpret(file.graph, [x]);
    expect(Array.from<string | number>(label?.data ?? [])).toEqual(labels);
    for (const [index, value] of scores.entries()) expect(Number(score?.data[index])).toBeCloseTo(value, 6);

    const session = await ort.InferenceSession.create(file.onnx());
    const results = await session.run({ X: new ort.Tensor("float32", x.data, [...x.shape]) });
    const [labelName = "", scoreName = ""] = file.graph.outputs.map((output) => output.name);
    expect(
      Array.from(results[labelName]?.data as ArrayLike<unknown>, (value) => (typeof value === "bigint" ? Number(value) : value)),
    ).toEqual(labels);
    expect(Array.from(results[scoreName]?.data as Float32Array)).toEqual(scores.map(Math.fround));
    await session.release();
  });

  it("leaves everything else of the file as it was", () => {
    const bare = readFileSync(new URL("zipmap-strings.onnx", folder));
    const unknown = message(text(900, "a vendor's field"), varint(901, 7));
    const file = Uint8Array.from([...bare, ...unknown]);
    const without = readOnnx(file).onnx();
    expect(Array.from(without.subarray(-unknown.length))).toEqual(Array.from(unknown));
    const before = readOnnxModel(bare);
    const after = readOnnxModel(without);
    expect(after.graph.nodes).toEqual(before.graph.nodes.filter(({ operator }) => operator !== "ZipMap"));
    expect(after).toMatchObject({ irVersion: before.irVersion, producer: before.producer, opsets: before.opsets });
    expect(after.graph.inputs).toEqual(before.graph.inputs);
    expect(after.graph.outputs[1]).toEqual({ name: "probabilities", dtype: "float32", type: "a tensor of float32", shape: [null, 3] });
  });

  const list = (name: string): Field => nested(12, text(1, name), nested(2, nested(4)));
  const table = (field: number, name: string): Field =>
    nested(field, text(1, name), nested(2, nested(1, varint(1, 1), nested(2, nested(1), nested(1, varint(1, 2))))));
  const zipMap = (input: string, output: string, ...more: Field[]): Field =>
    nested(1, text(1, input), text(2, output), text(4, "ZipMap"), text(7, "ai.onnx.ml"), ...more);
  const labels = nested(5, text(1, "classlabels_strings"), varint(20, 8), text(9, "a"), text(9, "b"));
  const softmax = nested(1, text(1, "x"), text(2, "p"), text(4, "Softmax"));
  const fileOf = (...fields: Field[]): Uint8Array =>
    message(varint(1, 8), nested(8, varint(2, 18)), nested(7, softmax, table(11, "x"), ...fields));

  it("does not declare scores twice that are an output already", () => {
    const { graph, onnx } = readOnnx(fileOf(zipMap("p", "z", labels), table(12, "p"), list("z")));
    expect(graph.outputs.map(({ name }) => name)).toEqual(["p"]);
    expect(readOnnx(onnx()).graph.outputs.map(({ name }) => name)).toEqual(["p"]);
  });

  it("without labels leaves the number of scores open", () => {
    const { graph, onnx } = readOnnx(fileOf(zipMap("p", "z"), list("z")));
    expect(graph.outputs).toEqual([{ name: "p", dtype: "float32", shape: [null, null] }]);
    expect(readOnnx(onnx()).graph.outputs).toEqual(graph.outputs);
  });

  it("stays where another node reads it, and is then not served", () => {
    const reader = nested(1, text(1, "z"), text(2, "n"), text(4, "SequenceLength"));
    expect(() => readOnnx(fileOf(zipMap("p", "z", labels), reader, list("z")))).toThrow(
      expect.objectContaining({ code: "OPERATOR_UNSUPPORTED" }),
    );
  });

  it("is refused with labels of the wrong kind", () => {
    const broken = nested(5, text(1, "classlabels_strings"), varint(20, 2), varint(3, 1));
    expect(() => readOnnx(fileOf(zipMap("p", "z", broken), list("z")))).toThrow(expect.objectContaining({ code: "MODEL_GRAPH_INVALID" }));
    expect(() => readOnnx(fileOf(zipMap("p", "z", bytes(5, Uint8Array.of(0xff))), list("z")))).toThrow(
      expect.objectContaining({ code: "MODEL_FILE_INVALID" }),
    );
  });
});
