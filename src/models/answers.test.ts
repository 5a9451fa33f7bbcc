import { describe, expect, it } from "vitest";
import { SetosaError } from "../errors.ts";
import type { Graph } from "../graph/graph.ts";
import type { Signature } from "../graph/signature.ts";
import { tensorAnswers } from "./answers.ts";

const graph: Graph = {
  name: "",
  opsets: {},
  inputs: [],
  outputs: [
    { name: "scores", dtype: "float32", shape: ["batch", 2] },
    { name: "label", dtype: "string", shape: ["batch"] },
  ],
  constants: new Map(),
  nodes: [],
};
const signature: Signature = {
  task: { kind: "classification", classes: [false, true], labels: ["F", "T"], label: "label", scores: "scores", scoreKind: "probability" },
  features: [],
};
const scores = (...values: number[]) => ({ dtype: "float32", shape: [values.length / 2, 2], data: Float32Array.from(values) }) as const;
const labels = (...values: string[]) => ({ dtype: "string", shape: [values.length], data: values }) as const;

describe("tensorAnswers", () => {
  it("finds the outputs by name and the class by what the graph's label says", () => {
    const answers = tensorAnswers(graph, signature)([scores(0.9, 0.1, 0.4, 0.6), labels("F", "T")], 2);
    expect(answers).toEqual({ rows: 2, width: 2, labels: Int32Array.of(0, 1), scores: Float32Array.of(0.9, 0.1, 0.4, 0.6) });
  });

  it("reads several labels of a row, each by its own classes", () => {
    const outputs = [
      { name: "a", classes: ["x", "y"], labels: ["F", "T"] },
      { name: "b", classes: ["z", "w"], labels: ["T", "F"] },
    ];
    const several: Signature = {
      task: { kind: "multioutput_classification", outputs, label: "label", scoreKind: "probability" },
      features: [],
    };
    const answers = tensorAnswers(graph, several)([scores(0.9, 0.1), labels("F", "F", "T", "T")], 2);
    expect(answers).toEqual({ rows: 2, width: 0, labels: Int32Array.of(0, 1, 1, 0) });
  });

  it("takes the label from the label's output, not from the scores", () => {
    expect(tensorAnswers(graph, signature)([scores(0.9, 0.1), labels("T")], 1).labels).toEqual(Int32Array.of(1));
  });

  it.each([
    ["a label that is no class", [scores(0.9, 0.1), labels("X")], 1, /answers the label "X"/],
    ["too few labels", [scores(0.9, 0.1, 0.9, 0.1), labels("T")], 2, /not those of 2 rows/],
    ["too many scores", [scores(0.9, 0.1, 0.9, 0.1), labels("T")], 1, /not those of 1 rows/],
    ["no scores", [undefined, labels("T")], 1, /not those of 1 rows/],
  ] as const)("refuses %s", (_, outputs, rows, message) => {
    const read = () => tensorAnswers(graph, signature)(outputs as never, rows);
    expect(read).toThrow(message);
    expect(read).toThrow(SetosaError);
  });
});
