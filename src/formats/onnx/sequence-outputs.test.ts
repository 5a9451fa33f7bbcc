import { describe, expect, it } from "vitest";
import { node } from "../../../test/onnx/tiny-models.ts";
import type { Node } from "../../graph/graph.ts";
import type { OnnxGraph } from "./model.ts";
import { replaceSequences } from "./sequence-outputs.ts";
import type { DeclaredValue } from "./value-info.ts";

const element = { dtype: "float32", type: "a tensor of float32", shape: [null, 3] } as const;
const list: DeclaredValue = { name: "list", dtype: undefined, type: "a sequence", shape: [], sequence: element };
const construct = node("SequenceConstruct", ["a", "b"], ["list"]);

function graph(nodes: readonly Node[], outputs: readonly DeclaredValue[]): OnnxGraph {
  return { name: "g", inputs: [], outputs, constants: new Map(), nodes };
}

describe("a list as a graph's output", () => {
  it("is an output for each of its tensors", () => {
    const label: DeclaredValue = { name: "label", ...element };
    const { graph: replaced, sequences } = replaceSequences(graph([construct], [label, list]));
    expect(replaced.outputs).toEqual([label, { name: "a", ...element }, { name: "b", ...element }]);
    expect(sequences).toEqual(new Map([["list", ["a", "b"]]]));
  });

  it.each([
    ["it comes from another operator", [node("SplitToSequence", ["a"], ["list"])], [list]],
    ["a tensor is in it twice", [node("SequenceConstruct", ["a", "a"], ["list"])], [list]],
    ["a tensor is an output already", [construct], [{ name: "a", ...element }, list]],
    ["it is not one of tensors", [construct], [{ ...list, sequence: { ...element, dtype: undefined } }]],
  ])("stays where %s", (_, nodes, outputs) => {
    const given = graph(nodes, outputs);
    expect(replaceSequences(given).graph).toBe(given);
  });
});
