import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildGraph } from "../../graph/build.ts";
import { type Attribute, type Graph, type Node, operatorName } from "../../graph/graph.ts";
import { evaluateNode, interpret } from "../../interpreter/interpret.ts";
import { type Tensor, tensor } from "../../tensor/tensor.ts";
import { compile } from "../compile.ts";
import { type PassName, passNames, rewrite } from "./registry.ts";

/** Splits by level and the leaves below: a complete tree of depth 2 over 3 columns. */
interface Tree {
  readonly splits: readonly { readonly feature: number; readonly threshold: number }[];
  readonly leaves: readonly number[];
}

const ints = (...value: number[]): Attribute => ({ kind: "ints", value: Float64Array.from(value) });
const int = (value: number): Attribute => ({ kind: "int", value });

function ensemble({ splits, leaves }: Tree, input: string, output: string): Node {
  const [root, left, right] = splits;
  if (root === undefined || left === undefined || right === undefined) throw new Error("A tree has three splits.");
  const attributes: Record<string, Attribute> = {
    n_targets: int(1),
    nodes_treeids: ints(0, 0, 0, 0, 0, 0, 0),
    nodes_nodeids: ints(0, 1, 2, 3, 4, 5, 6),
    nodes_featureids: ints(root.feature, left.feature, 0, 0, right.feature, 0, 0),
    nodes_modes: { kind: "strings", value: ["BRANCH_LEQ", "BRANCH_LEQ", "LEAF", "LEAF", "BRANCH_LEQ", "LEAF", "LEAF"] },
    nodes_values: { kind: "floats", value: Float32Array.of(root.threshold, left.threshold, 0, 0, right.threshold, 0, 0) },
    nodes_truenodeids: ints(1, 2, 0, 0, 5, 0, 0),
    nodes_falsenodeids: ints(4, 3, 0, 0, 6, 0, 0),
    target_treeids: ints(0, 0, 0, 0),
    target_nodeids: ints(2, 3, 5, 6),
    target_ids: ints(0, 0, 0, 0),
    target_weights: { kind: "floats", value: Float32Array.from(leaves) },
  };
  return {
    name: output,
    domain: "ai.onnx.ml",
    operator: "TreeEnsembleRegressor",
    inputs: [input],
    outputs: [output],
    attributes: new Map(Object.entries(attributes)),
  };
}

function plain(operator: string, inputs: readonly string[], output: string, attributes: Readonly<Record<string, Attribute>> = {}): Node {
  return { name: output, domain: "", operator, inputs, outputs: [output], attributes: new Map(Object.entries(attributes)) };
}

function graphOf(nodes: readonly Node[], dtype: "float32" | "int64" | "bool", constants: Readonly<Record<string, Tensor>> = {}): Graph {
  return buildGraph({
    name: "test",
    opsets: { "": 18, "ai.onnx.ml": 3 },
    inputs: [{ name: "X", dtype: "float32", shape: ["rows", 3] }],
    outputs: [{ name: "Y", dtype, shape: ["rows", null] }],
    constants: new Map(Object.entries(constants)),
    nodes,
  });
}

const step = fc.integer({ min: -20, max: 20 }).map((value) => value / 4);
const tree: fc.Arbitrary<Tree> = fc.record({
  splits: fc.array(fc.record({ feature: fc.integer({ min: 0, max: 2 }), threshold: step }), { minLength: 3, maxLength: 3 }),
  leaves: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 4, maxLength: 4 }),
});
const rows = fc.array(fc.array(step, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 9 });

const constants = {
  columns: tensor("int64", [3], Float64Array.of(2, 0, 1)),
  list: tensor("int64", [2], Float64Array.of(-1, 1)),
  two: tensor("float32", [1], Float32Array.of(2)),
  pair: tensor("float32", [2], Float32Array.of(1, 10)),
};

/** Per tree: its leaf's number as an integer, and arithmetic on it, as exporters write isolation forests. */
function chain(tree: Tree, index: number, output: string): Node[] {
  const name = (step: string): string => `${step}${index}`;
  return [
    ensemble(tree, "X", name("leaf")),
    plain("Cast", [name("leaf")], name("id"), { to: int(7) }),
    plain("Cast", [name("id")], name("depth"), { to: int(1) }),
    plain("Reshape", [name("depth"), "list"], name("column")),
    plain("Greater", [name("column"), "two"], name("large")),
    plain("Where", [name("large"), name("column"), "two"], name("chosen")),
    plain("Mul", [name("chosen"), name("column")], output),
  ];
}

async function compiled(graph: Graph, given: readonly (readonly number[])[], passes: readonly PassName[]): Promise<number[]> {
  const { inputs, outputs, run } = await compile(graph, { evaluate: evaluateNode, passes });
  inputs[0]?.data.set(given.flat());
  run(given.length);
  const [output] = outputs;
  return Array.from(output?.data.subarray(0, given.length * output.width) ?? []);
}

async function sameAsInterpreted(graph: Graph, given: readonly (readonly number[])[]): Promise<void> {
  const [want] = interpret(graph, [tensor("float32", [given.length, 3], Float32Array.from(given.flat()))]);
  for (const passes of [passNames, [], ...passNames.map((left) => passNames.filter((name) => name !== left))])
    expect(await compiled(graph, given, passes), passes.join()).toEqual(Array.from(want?.data as ArrayLike<number>));
}

const names = (graph: Graph): string[] => rewrite(graph, passNames, evaluateNode).nodes.map(operatorName);
const forest = "ai.onnx.ml.TreeEnsembleRegressor";

describe("what follows from a leaf", () => {
  it("becomes the leaf's value, and a sum of trees one ensemble", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(tree, { minLength: 2, maxLength: 4 }), rows, async (trees, given) => {
        const parts = trees.flatMap((one, index) => chain(one, index, `part${index}`));
        const graph = graphOf(
          [
            ...parts,
            plain(
              "Sum",
              trees.map((_, index) => `part${index}`),
              "Y",
            ),
          ],
          "float32",
          constants,
        );
        expect(names(graph)).toEqual([forest]);
        await sameAsInterpreted(graph, given);
      }),
      { numRuns: 30, seed: 5 },
    );
  });

  it("keeps its type and its columns", async () => {
    await fc.assert(
      fc.asyncProperty(tree, rows, async (one, given) => {
        const wide = graphOf([...chain(one, 0, "part"), plain("Add", ["part", "pair"], "Y")], "float32", constants);
        expect(names(wide)).toEqual([forest]);
        await sameAsInterpreted(wide, given);
        const whole = graphOf([...chain(one, 0, "part"), plain("Cast", ["part"], "Y", { to: int(7) })], "int64", constants);
        expect(names(whole)).toEqual([forest, "Reshape", "Cast"]);
        await sameAsInterpreted(whole, given);
      }),
      { numRuns: 20, seed: 6 },
    );
  });

  it("stays where two of its values are needed", () => {
    const one = { splits: [0, 1, 2].map((feature) => ({ feature, threshold: 0 })), leaves: [1, 2, 3, 4] };
    const graph = graphOf(
      [...chain(one, 0, "part"), plain("Add", ["part", "X"], "sum"), plain("Mul", ["sum", "chosen0"], "Y")],
      "float32",
      constants,
    );
    expect(names(graph)).toEqual(graph.nodes.map(operatorName));
  });

  it("is not looked for in a list, which reads constants as one for each leaf", () => {
    const one = { splits: [0, 1, 2].map((feature) => ({ feature, threshold: 0 })), leaves: [1, 2, 3, 4] };
    const flat = {
      ...constants,
      flat: tensor("int64", [1], Float64Array.of(-1)),
      four: tensor("float32", [4], Float32Array.of(1, 2, 3, 4)),
    };
    const graph = graphOf(
      [ensemble(one, "X", "leaf"), plain("Reshape", ["leaf", "flat"], "l"), plain("Add", ["l", "four"], "Y")],
      "float32",
      flat,
    );
    expect(names(graph).at(-1)).toBe("Add");
  });
});

describe("sums of ensembles", () => {
  const some = { splits: [0, 1, 2].map((feature) => ({ feature, threshold: 0.5 })), leaves: [1, 2, 3, 4] };

  it("merge through chains of additions", async () => {
    const nodes = [
      ...["a", "b", "c"].map((name) => ensemble(some, "X", name)),
      plain("Add", ["a", "b"], "ab"),
      plain("Add", ["ab", "c"], "Y"),
    ];
    const graph = graphOf(nodes, "float32");
    expect(names(graph)).toEqual([forest]);
    await sameAsInterpreted(graph, [
      [0, 0, 0],
      [1, 1, 1],
      [1, 0, 1],
    ]);
  });

  it("stay apart where a part is read elsewhere, or reads other rows", () => {
    const shared = [ensemble(some, "X", "a"), ensemble(some, "X", "b"), plain("Add", ["a", "b"], "ab"), plain("Mul", ["ab", "a"], "Y")];
    expect(names(graphOf(shared, "float32"))).toHaveLength(4);
    const other = [plain("Neg", ["X"], "N"), ensemble(some, "X", "a"), ensemble(some, "N", "b"), plain("Add", ["a", "b"], "Y")];
    expect(names(graphOf(other, "float32"))).toHaveLength(4);
  });
});

describe("a selection of columns", () => {
  it("goes into the trees that read it", async () => {
    await fc.assert(
      fc.asyncProperty(tree, rows, async (one, given) => {
        const picked: Node = { ...plain("ArrayFeatureExtractor", ["X", "columns"], "P"), domain: "ai.onnx.ml" };
        const graph = graphOf([picked, ensemble(one, "P", "Y")], "float32", constants);
        const [, last] = rewrite(graph, ["column-selection"], undefined).nodes;
        expect(last?.inputs).toEqual(["X"]);
        await sameAsInterpreted(graph, given);
      }),
      { numRuns: 20, seed: 7 },
    );
  });
});
