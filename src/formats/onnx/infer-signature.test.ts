import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { node } from "../../../test/onnx/tiny-models.ts";
import { writeOnnx } from "../../../test/onnx/write.ts";
import type { GraphParts } from "../../graph/build.ts";
import type { Signature } from "../../graph/signature.ts";
import { readModel } from "../registry.ts";

function ofFile(name: string): Signature {
  return readModel(readFileSync(new URL(`../../../test/fixtures/onnx-files/${name}.onnx`, import.meta.url))).signature;
}

function ofGraph(parts: Pick<GraphParts, "inputs" | "outputs">): Signature {
  const nodes = parts.outputs.map(({ name }) =>
    node(
      "my.domain.Make",
      parts.inputs.map((input) => input.name),
      [name],
    ),
  );
  return readModel(writeOnnx({ name: "g", opsets: { "": 18 }, constants: new Map(), nodes, ...parts })).signature;
}

const tensors: Signature = { task: { kind: "tensors" }, features: [] };

describe("inferSignature", () => {
  it("reads a classification from a classifier's labels", () => {
    expect(ofFile("zipmap-strings")).toEqual({
      task: {
        kind: "classification",
        classes: ["setosa", "versicolor", "virginica"],
        labels: ["setosa", "versicolor", "virginica"],
        label: "output_label",
        scores: "probabilities",
        scoreKind: "probability",
      },
      features: [0, 1, 2, 3].map((column) => ({ name: `x${column}`, input: "X", column, dtype: "float32", missing: false })),
    });
  });

  it("tells the values of a decision function from probabilities", () => {
    expect(ofFile("linear-svc").task).toMatchObject({ kind: "classification", labels: [0, 1, 2], scoreKind: "decision" });
    expect(ofFile("zipmap-integers").task).toMatchObject({ scoreKind: "probability" });
  });

  it("names inputs of one column by their own names, and takes any string", () => {
    expect(ofFile("mixed-columns").features).toEqual([
      { name: "width", input: "width", column: 0, dtype: "float32", missing: false },
      { name: "colour", input: "colour", column: 0, dtype: "string", missing: false, unknown: "ignore" },
    ]);
  });

  it("reads a regression", () => {
    expect(ofFile("regression")).toMatchObject({
      task: { kind: "regression", targets: ["variable"], value: "variable" },
      features: [{}, {}, {}],
    });
    expect(ofFile("two-targets").task).toEqual({ kind: "regression", targets: ["variable_0", "variable_1"], value: "variable" });
  });

  const x = { name: "x", dtype: "float32", shape: ["n", 3] } as const;
  const y = { name: "y", dtype: "float32", shape: ["n", 1] } as const;
  it.each([
    ["an input of unknown width", [{ ...x, shape: ["n", null] }], [y]],
    ["an input of three dimensions", [{ ...x, shape: ["n", 3, 3] }], [y]],
    ["a fixed batch", [{ ...x, shape: [32, 3] }], [y]],
    ["an input of bytes", [{ ...x, dtype: "uint8" as const }], [y]],
    ["an input of no columns", [{ ...x, shape: ["n", 0] }], [y]],
    ["an input of a million columns", [{ ...x, shape: ["n", 1_000_000] }], [y]],
    ["no inputs", [], [y]],
    [
      "two inputs whose columns would share names",
      [
        { ...x, name: "a", shape: ["n", 2] },
        { ...x, name: "a_1", shape: ["n", 1] },
      ],
      [y],
    ],
    ["an output of unknown width", [x], [{ ...y, shape: ["n", null] }]],
    ["an output of three dimensions", [x], [{ ...y, shape: ["n", 1, 1] }]],
    ["an output of whole numbers", [x], [{ ...y, dtype: "int64" as const }]],
    ["labels and scores without a classifier's labels", [x], [{ ...y, name: "l", dtype: "int64" as const }, y]],
    ["three outputs", [x], [y, { ...y, name: "y2" }, { ...y, name: "y3" }]],
  ])("serves tensors for %s", (_, inputs, outputs) => {
    expect(ofGraph({ inputs, outputs })).toEqual(tensors);
  });

  it("takes a batch of one row for any number of them", () => {
    expect(ofGraph({ inputs: [{ ...x, shape: [1, 3] }], outputs: [{ ...y, shape: [1, 1] }] }).task.kind).toBe("regression");
  });

  it("numbers the columns of several wide inputs", () => {
    const { features } = ofGraph({
      inputs: [
        { ...x, name: "a", shape: ["n", 2] },
        { ...x, name: "b", shape: ["n"] },
      ],
      outputs: [{ ...y, shape: ["n"] }],
    });
    expect(features.map(({ name }) => name)).toEqual(["a_0", "a_1", "b"]);
  });
});
