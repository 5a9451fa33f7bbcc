import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SetosaError } from "../errors.ts";
import { tensor } from "../tensor/tensor.ts";
import { buildGraph, type GraphParts } from "./build.ts";
import type { Node } from "./graph.ts";

function node(name: string, inputs: readonly string[], outputs: readonly string[]): Node {
  return { name, domain: "", operator: "Add", inputs, outputs, attributes: new Map() };
}

function parts(nodes: readonly Node[], changes: Partial<GraphParts> = {}): GraphParts {
  return {
    name: "test",
    opsets: { "": 18 },
    inputs: [{ name: "x", dtype: "float32", shape: ["rows", 2] }],
    outputs: [{ name: "y", dtype: "float32", shape: ["rows", 2] }],
    constants: new Map([["c", tensor("float32", [2])]]),
    nodes,
    ...changes,
  };
}

function refusal(graphParts: GraphParts): SetosaError {
  try {
    buildGraph(graphParts);
  } catch (error) {
    if (error instanceof SetosaError) return error;
    throw error;
  }
  throw new Error("The graph was accepted.");
}

const add = node("add", ["x", "c"], ["y"]);

describe("buildGraph", () => {
  it("keeps an order that is right", () => {
    const nodes = [node("b", ["x", "c"], ["t"]), node("a", ["x", "c"], ["u"]), node("c", ["t", "u"], ["y"])];
    expect(buildGraph(parts(nodes)).nodes.map(({ name }) => name)).toEqual(["b", "a", "c"]);
  });

  it("sorts nodes that come before what they read", () => {
    const nodes = [node("last", ["t", "u"], ["y"]), node("second", ["t", "c"], ["u"]), node("first", ["x", "c"], ["t"])];
    expect(buildGraph(parts(nodes)).nodes.map(({ name }) => name)).toEqual(["first", "second", "last"]);
  });

  it("makes node names up and unique", () => {
    const nodes = [node("", ["x", "c"], ["t"]), node("", ["t", "c"], ["u"]), node("Add", ["u", "c"], ["y"])];
    expect(buildGraph(parts(nodes)).nodes.map(({ name }) => name)).toEqual(["Add", "Add#2", "Add#3"]);
  });

  it("names a hundred thousand namesakes without searching for each", () => {
    const nodes = Array.from({ length: 100_000 }, (_, index) => node("", [index === 0 ? "x" : `v${index - 1}`, "c"], [`v${index}`]));
    const outputs = [{ name: "v99999", dtype: "float32", shape: [] }] as const;
    const graph = buildGraph(parts(nodes, { outputs }));
    expect(graph.nodes.at(-1)?.name).toBe("Add#100000");
    // A chain this long, backwards, also overflows the stack of a sort that recurses.
    expect(buildGraph(parts(nodes.toReversed(), { outputs })).nodes[0]?.outputs).toEqual(["v0"]);
  });

  it("leaves optional inputs and outputs out", () => {
    const nodes = [node("add", ["x", "", "c"], ["", "y"])];
    expect(buildGraph(parts(nodes)).nodes[0]?.inputs).toEqual(["x", "", "c"]);
  });

  it("freezes", () => {
    const list = { kind: "strings", value: ["a"] } as const;
    const attributes: Node["attributes"] = new Map([["list", list]]);
    const graph = buildGraph(parts([{ ...add, attributes }]));
    for (const part of [graph, graph.nodes, graph.inputs, graph.inputs[0]?.shape, graph.opsets, graph.nodes[0], graph.nodes[0]?.inputs])
      expect(Object.isFrozen(part)).toBe(true);
    expect(Object.isFrozen(list)).toBe(true);
    expect(Object.isFrozen(graph.constants.get("c"))).toBe(true);
  });

  it.each([
    ["a value that nobody makes", parts([node("add", ["x", "nowhere"], ["y"])]), "add", "nowhere"],
    ["an output that nobody makes", parts([node("add", ["x", "c"], ["z"])]), "y", "y"],
    ["a value made by two nodes", parts([add, node("again", ["x", "c"], ["y"])]), "y", "again"],
    ["a node that makes a constant", parts([node("add", ["x", "x"], ["c"])]), "c", "constant"],
    ["a node that makes an input", parts([node("add", ["c", "c"], ["x"])]), "x", "input"],
    [
      "an input that is a constant",
      parts([add], { inputs: [{ name: "x", dtype: "float32", shape: [] }], constants: new Map([["x", tensor("bool", [])]]) }),
      "x",
      "constant",
    ],
    ["an input without a name", parts([add], { inputs: [{ name: "", dtype: "float32", shape: [] }] }), "an input of the graph", "name"],
    ["no outputs", parts([add], { outputs: [] }), "test", "no outputs"],
    ["a node that reads itself", parts([node("loop", ["x", "y"], ["y"])]), "loop", "cycle"],
    ["two nodes that read each other", parts([node("a", ["x", "u"], ["y"]), node("b", ["y", "c"], ["u"])]), "a", "cycle"],
  ])("refuses %s", (_, graphParts, path, word) => {
    const { code, message, path: where } = refusal(graphParts);
    expect([code, where]).toEqual(["MODEL_GRAPH_INVALID", path]);
    expect(message).toContain(word);
  });

  it.each([
    ["a negative dimension", [-1, 2]],
    ["a fractional dimension", [1.5]],
    ["a shape too large", [2 ** 20, 2 ** 20]],
  ])("refuses %s", (_, shape) => {
    const { code, path } = refusal(parts([add], { inputs: [{ name: "x", dtype: "float32", shape: ["rows", ...shape] }] }));
    expect([code, path]).toEqual(["MODEL_SHAPE_INVALID", "x"]);
  });

  it("sorts any shuffled acyclic graph, and finds any cycle", () => {
    const reads = fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(reads, fc.infiniteStream(fc.nat()), fc.boolean(), (links, order, cyclic) => {
        // Node i reads values of nodes before it, so that the graph has no cycle.
        const nodes = links.map((sources, index) =>
          node(`n${index}`, ["x", ...sources.map((source) => (index === 0 ? "c" : `v${source % index}`))], [`v${index}`]),
        );
        const last = `v${nodes.length - 1}`;
        const looped = nodes.map((one, index) => (cyclic && index === 0 ? { ...one, inputs: [...one.inputs, last] } : one));
        const chained = cyclic
          ? looped.map((one, index) => (index === 0 ? one : { ...one, inputs: [...one.inputs, `v${index - 1}`] }))
          : looped;
        const shuffled = chained
          .map((one) => ({ one, key: order.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        const build = () => buildGraph(parts(shuffled, { outputs: [{ name: last, dtype: "float32", shape: [] }] }));
        if (cyclic) {
          expect(build).toThrow(/cycle/);
          return;
        }
        const made = new Set(["x", "c"]);
        const sorted = build().nodes;
        expect(sorted).toHaveLength(nodes.length);
        for (const { inputs, outputs } of sorted) {
          for (const input of inputs) expect(made).toContain(input);
          for (const output of outputs) made.add(output);
        }
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});
