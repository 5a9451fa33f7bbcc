import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bytes, type Field, groups, message, nested, overlong, text, varint } from "../../../test/onnx/protobuf.ts";
import { node } from "../../../test/onnx/tiny-models.ts";
import { writeOnnx } from "../../../test/onnx/write.ts";
import { SetosaError } from "../../errors.ts";
import { printGraph } from "../../graph/print.ts";
import { type Tensor, tensor } from "../../tensor/tensor.ts";
import { readModel } from "../registry.ts";
import { readOnnx } from "./read.ts";

const floats = (name: string): Field => nested(11, text(1, name), nested(2, nested(1, varint(1, 1))));
const output = (name: string): Field => nested(12, text(1, name), nested(2, nested(1, varint(1, 1))));
const abs = nested(1, text(1, "x"), text(2, "y"), text(4, "Abs"));
const graph = nested(7, abs, floats("x"), output("y"));
const ir = varint(1, 8);
const opset = nested(8, varint(2, 18));

function refusal(file: Uint8Array): SetosaError {
  try {
    readModel(file);
  } catch (error) {
    if (error instanceof SetosaError) return error;
    throw error;
  }
  throw new Error("The file was accepted.");
}

describe("readModel", () => {
  it("reads the parts of a file in any order, and skips what it does not know", () => {
    const ordered = readModel(message(ir, text(2, "exporter"), opset, graph));
    const unknown = [varint(900, 7), text(901, "?"), groups(902, 20), text(6, "a doc string"), varint(5, 3)];
    const shuffled = readModel(message(text(2, "exporter"), ...unknown, graph, opset, ir));
    expect(printGraph(shuffled.graph)).toBe(printGraph(ordered.graph));
    expect(ordered).toMatchObject({ format: "onnx", producer: "exporter", signature: { task: { kind: "tensors" }, features: [] } });
    expect(printGraph(ordered.graph)).toBe('graph "" (ai.onnx 18)\n  input x: float32[]\n  y = Abs(x)\n  output y: float32[]\n');
  });

  it("keeps one version for each operator set", () => {
    const file = message(ir, graph, nested(8, text(1, "ai.onnx"), varint(2, 17)), nested(8, text(1, "ai.onnx.ml"), varint(2, 3)));
    expect(readModel(file).graph.opsets).toEqual({ "": 17, "ai.onnx.ml": 3 });
  });

  it("does not take a domain for a property of every object", () => {
    const file = message(ir, graph, nested(8, text(1, "__proto__"), varint(2, 3)), opset);
    expect(Object.getPrototypeOf(readModel(file).graph.opsets)).toBe(Object.prototype);
  });

  it("gives the file's own bytes to onnxruntime where there is no ZipMap", () => {
    const file = message(ir, opset, graph);
    expect(readOnnx(file).onnx()).toBe(file);
  });

  it("counts initializers among the inputs as constants", () => {
    const file = readFileSync(new URL("../../../test/fixtures/onnx-files/weights-as-inputs.onnx", import.meta.url));
    const { graph: read, signature } = readModel(file);
    expect(read.inputs.map(({ name }) => name)).toEqual(["x"]);
    expect(read.constants.get("w")).toMatchObject({ dtype: "float32", shape: [2, 1] });
    expect(signature.features.map(({ name }) => name)).toEqual(["x0", "x1"]);
  });

  it("reads models that only onnxruntime runs", () => {
    const half = nested(5, varint(1, 1), varint(2, 10), bytes(9, new Uint8Array(2)), text(8, "h"));
    const sparse = nested(15, nested(1, varint(1, 1), varint(2, 1), text(8, "s"), bytes(9, new Uint8Array(4))));
    const call = nested(
      1,
      text(1, "x"),
      text(1, "h"),
      text(1, "s"),
      text(2, "y"),
      text(4, "Mine"),
      text(7, "my.domain"),
      nested(5, text(1, "body"), varint(20, 5), nested(6)),
    );
    const file = message(
      ir,
      opset,
      nested(7, call, half, sparse, floats("x"), output("y")),
      nested(25, text(1, "Mine"), text(10, "my.domain")),
    );
    expect(printGraph(readModel(file).graph)).toContain(
      "constant h: a tensor of float16\n  constant s: a sparse tensor\n  y = my.domain.Mine(x, h, s, body=<",
    );
  });

  it.each([
    ["nothing", new Uint8Array(), "empty"],
    ["JSON", new TextEncoder().encode('{"layers":{}}'), "not a model in a known format"],
    ["a pickle", Uint8Array.of(0x80, 4, 0x95), "not a model in a known format"],
    ["a table", new TextEncoder().encode("2,3,4\n5,6,7\n"), "not a model in a known format"],
    ["a text", new TextEncoder().encode(":\n"), "not a model in a known format"],
    ["zeros", new Uint8Array(100), "not a model in a known format"],
  ])("does not know the format of %s", (_, file, words) => {
    const { code, message: said, hint } = refusal(file);
    expect([code, hint]).toEqual(["MODEL_FORMAT_UNKNOWN", expect.stringContaining("setosa.save")]);
    expect(said).toContain(words);
  });

  it.each([
    ["no graph", message(ir, opset)],
    ["two graphs", message(ir, graph, graph)],
    ["a graph that is a number", message(ir, varint(7, 1))],
    ["a graph said to be longer than the file", message(ir, overlong(7, 0x7fff_ffff))],
    ["a field of number 0", Uint8Array.of(8, 8, 0)],
    ["a field of an unknown wire type", Uint8Array.of(8, 8, 0x0f)],
    ["the end of a group that did not begin", Uint8Array.of(8, 8, 0x0c)],
    ["groups nested too deeply", message(ir, groups(900, 100_000))],
    ["a group without an end", Uint8Array.of(8, 8, 0xa3, 0x38)],
    ["a tag that is cut off", Uint8Array.of(8, 8, 0x80)],
    ["a varint of eleven bytes", Uint8Array.of(8, ...new Array<number>(10).fill(0xff), 1)],
    [
      "a constant twice",
      message(
        ir,
        nested(
          7,
          abs,
          floats("x"),
          output("y"),
          nested(5, text(8, "c"), varint(2, 1), bytes(9, new Uint8Array(4))),
          nested(5, text(8, "c"), varint(2, 1), bytes(9, new Uint8Array(4))),
        ),
      ),
    ],
    ["a producer that is not UTF-8", message(ir, bytes(2, Uint8Array.of(0xff)), graph)],
    [
      "a shape of 65 dimensions",
      message(
        ir,
        nested(
          7,
          abs,
          nested(11, text(1, "x"), nested(2, nested(1, varint(1, 1), nested(2, ...Array.from({ length: 65 }, () => nested(1)))))),
          output("y"),
        ),
      ),
    ],
    [
      "a dimension beyond 2^53",
      message(
        ir,
        nested(
          7,
          abs,
          nested(11, text(1, "x"), nested(2, nested(1, varint(1, 1), nested(2, nested(1, varint(1, 2n ** 60n)))))),
          output("y"),
        ),
      ),
    ],
  ])("calls damaged: %s", (_, file) => {
    const { code, hint } = refusal(file);
    expect([code, hint]).toEqual(["MODEL_FILE_INVALID", expect.any(String)]);
  });

  it("says where a file is cut off", () => {
    const file = message(ir, opset, graph);
    const { message: said } = refusal(file.subarray(0, file.length - 1));
    expect(said).toMatch(/The model is damaged at its byte 6 of \d+: premature EOF/);
  });

  it.each([
    ["an input that is a sequence", nested(11, text(1, "x"), nested(2, nested(4))), output("y"), "a sequence"],
    ["an input that is a map", nested(11, text(1, "x"), nested(2, nested(5))), output("y"), "a map"],
    ["an input of float16", nested(11, text(1, "x"), nested(2, nested(1, varint(1, 10)))), output("y"), "float16"],
    ["an output without a type", floats("x"), nested(12, text(1, "y")), "untyped"],
  ])("does not serve %s", (_, input, out, words) => {
    const { code, message: said } = refusal(message(ir, opset, nested(7, abs, input, out)));
    expect(code).toBe("OPERATOR_UNSUPPORTED");
    expect(said).toContain(words);
  });

  it.each([
    ["dangling inputs", nested(7, nested(1, text(1, "z"), text(2, "y"), text(4, "Abs")), floats("x"), output("y")), "MODEL_GRAPH_INVALID"],
    ["a cycle", nested(7, nested(1, text(1, "y"), text(2, "y"), text(4, "Abs")), floats("x"), output("y")), "MODEL_GRAPH_INVALID"],
    ["no outputs", nested(7, abs, floats("x")), "MODEL_GRAPH_INVALID"],
    [
      "a negative dimension",
      nested(7, abs, nested(11, text(1, "x"), nested(2, nested(1, varint(1, 1), nested(2, nested(1, varint(1, -5)))))), output("y")),
      "MODEL_SHAPE_INVALID",
    ],
    [
      "a huge dimension",
      nested(7, abs, nested(11, text(1, "x"), nested(2, nested(1, varint(1, 1), nested(2, nested(1, varint(1, 2 ** 50)))))), output("y")),
      "MODEL_SHAPE_INVALID",
    ],
  ])("refuses a graph with %s", (_, broken, code) => {
    expect(refusal(message(ir, opset, broken)).code).toBe(code);
  });

  it("refuses a function that takes an operator's name", () => {
    for (const fields of [
      [text(1, "Abs")],
      [text(1, "Abs"), text(10, "ai.onnx")],
      [text(10, "ai.onnx.ml"), text(1, "Scaler")],
      [text(1, "If")],
    ])
      expect(refusal(message(ir, opset, graph, nested(25, ...fields))).code).toBe("MODEL_GRAPH_INVALID");
  });

  it("reads what the tests' writer writes", () => {
    const file = writeOnnx({
      name: "written",
      opsets: { "": 18, "ai.onnx.ml": 3 },
      inputs: [{ name: "x", dtype: "float64", shape: ["rows", 2] }],
      outputs: [{ name: "z", dtype: "float64", shape: ["rows", null] }],
      constants: new Map<string, Tensor>([
        ["c", tensor("float64", [2], Float64Array.of(0.1, -3))],
        ["s", tensor("string", [1], ["ß"])],
      ]),
      nodes: [node("Add", ["x", "c"], ["y"]), node("Concat", ["y", "y"], ["z"], { axis: { kind: "int", value: 1 } })],
    });
    expect(printGraph(readModel(file).graph)).toBe(
      'graph "written" (ai.onnx 18, ai.onnx.ml 3)\n  input x: float64[rows, 2]\n  constant c: float64[2] {0.1, -3}\n' +
        '  constant s: string[1] {"ß"}\n  y = Add(x, c)\n  z = Concat(y, y, axis=1)\n  output z: float64[rows, ?]\n',
    );
  });
});
