import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readModel } from "../../formats/registry.ts";
import { drawDot, drawMermaid } from "./mermaid.ts";
import { drawingPlan, type Step } from "./plan.ts";
import { drawText } from "./text.ts";

const planOf = (file: string) => drawingPlan(readModel(readFileSync(file)).graph);

const step = (kind: Step["kind"], text: string, inputs: readonly string[], outputs: readonly string[]): Step => ({
  id: text,
  kind,
  text,
  inputs,
  outputs,
});

describe("drawText", () => {
  it("draws a forest and its two outputs", () => {
    expect(drawText(planOf("models/iris-forest.onnx"))).toBe(
      [
        "○  X: float32[?, 4]",
        "■  TreeEnsembleClassifier  100 trees, 1,664 nodes",
        "├─╮",
        "● │  label: int64[?]",
        "  ●  probabilities: float32[?, 3]",
      ].join("\n"),
    );
  });

  it("brings rails together and keeps what is read again", () => {
    const steps = [
      step("input", "a", [], ["a"]),
      step("input", "b", [], ["b"]),
      step("node", "Add", ["a", "b"], ["c"]),
      step("node", "Mul", ["c", "a"], ["d"]),
      step("output", "d", ["d"], []),
    ];
    expect(drawText(steps)).toBe(["○  a", "│ ○  b", "├─┤", "│ ■  Add", "├─╯", "■    Mul", "●  d"].join("\n"));
  });

  it("fits into a terminal, and counts what is too much", () => {
    const long = Array.from({ length: 200 }, (_, index) =>
      step("node", `Neg ${"x".repeat(80)}`, index === 0 ? [] : [`v${index - 1}`], [`v${index}`]),
    );
    const lines = drawText(long, 60).split("\n");
    expect(lines.every((line) => line.length <= 60)).toBe(true);
    expect(lines.length).toBeLessThan(60);
    expect(lines.some((line) => line.startsWith("⋮ 160 more steps"))).toBe(true);
  });
});

describe("drawingPlan", () => {
  it("folds chains of large graphs", () => {
    const { graph } = readModel(readFileSync("test/fixtures/deep/torch-transformer.onnx"));
    const plan = drawingPlan(graph);
    expect(plan.length).toBeLessThan(graph.nodes.length);
    // Whatever is folded, everything stands behind what it reads.
    const made = new Set<string>();
    for (const { kind, inputs, outputs } of plan) {
      if (kind !== "input") for (const name of inputs) expect(made).toContain(name);
      for (const name of outputs) made.add(name);
    }
  });
});

describe("the other forms", () => {
  const plan = planOf("models/iris.onnx");

  it("have every step and edge", () => {
    expect(drawMermaid(plan)).toContain('  n0["LinearClassifier"]\n');
    expect(drawMermaid(plan)).toContain("  n1 --> o1\n");
    expect(drawDot(plan)).toContain('  i0 [label="X: float32[?, 4]", shape=ellipse];\n');
    expect(drawDot(plan)).toContain("  i0 -> n0;\n");
  });
});
