import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Attribute, Graph } from "../../../graph/graph.ts";
import { compile } from "../../compile.ts";
import { treeLayouts } from "./plan.ts";

/** A tree as a test thinks of one: what the compiler has to reproduce, whatever layout it chooses. */
type Tree =
  | { readonly leaf: readonly number[] }
  | {
      readonly mode: Mode;
      readonly feature: number;
      readonly threshold: number;
      readonly tracks: boolean;
      readonly yes: Tree;
      readonly no: Tree;
    };

type Mode = "BRANCH_LEQ" | "BRANCH_LT" | "BRANCH_GT" | "BRANCH_GTE" | "BRANCH_EQ" | "BRANCH_NEQ";

const features = 3;

function walk(tree: Tree, row: readonly number[]): readonly number[] {
  if ("leaf" in tree) return tree.leaf;
  const x = row[tree.feature] as number;
  const { threshold: t } = tree;
  const holds = {
    BRANCH_LEQ: x <= t,
    BRANCH_LT: x < t,
    BRANCH_GT: x > t,
    BRANCH_GTE: x >= t,
    BRANCH_EQ: x === t,
    BRANCH_NEQ: x !== t,
  }[tree.mode];
  return walk(holds || (tree.tracks && Number.isNaN(x)) ? tree.yes : tree.no, row);
}

function graphOf(trees: readonly Tree[], targets: number, dtype: "float32" | "float64"): Graph {
  const lists: Record<string, number[]> = {};
  const push = (name: string, value: number): void => {
    const list = lists[name] ?? [];
    list.push(value);
    lists[name] = list;
  };
  const modes: string[] = [];
  const thresholds: number[] = [];
  const weights: number[] = [];
  trees.forEach((tree, id) => {
    let next = 0;
    const write = (node: Tree): number => {
      const own = next++;
      const at = modes.length;
      push("nodes_treeids", id);
      push("nodes_nodeids", own);
      modes.push("leaf" in node ? "LEAF" : node.mode);
      thresholds.push("leaf" in node ? 0 : node.threshold);
      push("nodes_featureids", "leaf" in node ? 0 : node.feature);
      push("nodes_missing_value_tracks_true", !("leaf" in node) && node.tracks ? 1 : 0);
      push("nodes_truenodeids", 0);
      push("nodes_falsenodeids", 0);
      if ("leaf" in node)
        node.leaf.forEach((weight, target) => {
          push("target_treeids", id);
          push("target_nodeids", own);
          push("target_ids", target);
          weights.push(weight);
        });
      else {
        (lists.nodes_truenodeids as number[])[at] = write(node.yes);
        (lists.nodes_falsenodeids as number[])[at] = write(node.no);
      }
      return own;
    };
    write(tree);
  });
  const double = (data: number[]): Attribute => ({
    kind: "tensor",
    value: { dtype: "float64", shape: [data.length], data: Float64Array.from(data) },
  });
  const attributes = new Map<string, Attribute>([
    ...Object.entries(lists).map(([name, list]): [string, Attribute] => [name, { kind: "ints", value: Float64Array.from(list) }]),
    ["nodes_modes", { kind: "strings", value: modes }],
    ["n_targets", { kind: "int", value: targets }],
    ...(dtype === "float32"
      ? ([
          ["nodes_values", { kind: "floats", value: Float32Array.from(thresholds) }],
          ["target_weights", { kind: "floats", value: Float32Array.from(weights) }],
        ] as [string, Attribute][])
      : ([
          ["nodes_values_as_tensor", double(thresholds)],
          ["target_weights_as_tensor", double(weights)],
        ] as [string, Attribute][])),
  ]);
  return {
    name: "trees",
    opsets: { "ai.onnx.ml": 3 },
    inputs: [{ name: "X", dtype, shape: [null, features] }],
    outputs: [{ name: "Y", dtype: "float32", shape: [null, targets] }],
    constants: new Map(),
    nodes: [{ name: "forest", domain: "ai.onnx.ml", operator: "TreeEnsembleRegressor", inputs: ["X"], outputs: ["Y"], attributes }],
  };
}

/** Few distinct numbers, so that rows meet thresholds exactly, and everything that compares oddly. */
function numbers(dtype: "float32" | "float64"): fc.Arbitrary<number> {
  const special = [0, -0, 1, -1, 0.5, 0.1, 1e30, -1e30, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const round = dtype === "float32" ? Math.fround : (x: number) => x;
  const near = special.flatMap((x) => [x, x + Number.EPSILON, x * (1 + 2 ** -23), x - 2 ** -149]);
  return fc.constantFrom(...near.map(round));
}

/** Few, so that a row often has the value that a split asks for. */
const categories = fc.integer({ min: 0, max: 3 });

function treesOf(targets: number, dtype: "float32" | "float64"): fc.Arbitrary<Tree> {
  const leaf = fc.array(fc.integer({ min: -8, max: 8 }), { minLength: targets, maxLength: targets }).map((values) => ({ leaf: values }));
  return fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 14, depthSize: "large", withCrossShrink: true },
      leaf,
      fc.record({
        mode: fc.constantFrom<Mode[]>("BRANCH_LEQ", "BRANCH_LT", "BRANCH_GT", "BRANCH_GTE", "BRANCH_EQ", "BRANCH_NEQ"),
        feature: fc.nat({ max: features - 1 }),
        threshold: fc.oneof(
          numbers(dtype).filter((x) => Number.isFinite(x)),
          categories,
        ),
        tracks: fc.boolean(),
        yes: tie("tree"),
        no: tie("tree"),
      }),
    ),
  })).tree;
}

describe.each(["float32", "float64"] as const)("compiled %s forests", (dtype) => {
  it("answer as a naive walk does, in every layout", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 11 }).chain((targets) =>
          fc.record({
            targets: fc.constant(targets),
            trees: fc.array(treesOf(targets, dtype), { minLength: 1, maxLength: 20 }),
            rows: fc.array(
              fc.array(fc.oneof(numbers(dtype), categories, fc.constant(Number.NaN)), { minLength: features, maxLength: features }),
              {
                minLength: 1,
                maxLength: 9,
              },
            ),
            simd: fc.boolean(),
            layout: fc.option(fc.constantFrom(...treeLayouts), { nil: undefined }),
          }),
        ),
        async ({ targets, trees, rows, simd, layout }) => {
          const kernel = await compile(graphOf(trees, targets, dtype), {
            simd,
            capacity: 4,
            treeLayouts: layout === undefined ? treeLayouts : [layout],
          });
          const expected = rows.map((row) =>
            Array.from({ length: targets }, (_, target) => trees.reduce((sum, tree) => sum + (walk(tree, row)[target] as number), 0)),
          );
          expect(inBlocks(kernel, rows, 4)).toEqual(expected);
          expect(inBlocks(kernel, rows, 1)).toEqual(expected);
        },
      ),
      { numRuns: 300, seed: 7 },
    );
  });

  it.each(treeLayouts)("walk deep chains, which are not padded, by %s", async (layout) => {
    const chain = (depth: number): Tree =>
      depth === 0
        ? { leaf: [1000] }
        : { mode: "BRANCH_LEQ", feature: 0, threshold: -depth, tracks: false, yes: { leaf: [depth] }, no: chain(depth - 1) };
    const kernel = await compile(graphOf([chain(60), chain(3), chain(25)], 1, dtype), { treeLayouts: [layout] });
    const rows = Array.from({ length: 70 }, (_, index) => [-index - 0.5, Number.NaN, 0]);
    expect(inBlocks(kernel, rows, 64)).toEqual(
      rows
        .map((row) => [chain(60), chain(3), chain(25)].reduce((sum, tree) => sum + (walk(tree, row)[0] as number), 0))
        .map((sum) => [sum]),
    );
    expect(inBlocks(kernel, [[Number.NaN, 0, 0]], 1)).toEqual([[3000]]);
  });
});

describe("hostile tables of a TreeEnsemble", () => {
  const ints = (...values: number[]): Attribute => ({ kind: "ints", value: Float64Array.from(values) });
  const numbers = (...values: number[]): Attribute => ({
    kind: "tensor",
    value: { dtype: "float32", shape: [values.length], data: Float32Array.from(values) },
  });
  /** One split that asks for a set, and two leaves. */
  const whole: Record<string, Attribute> = {
    tree_roots: ints(0),
    nodes_featureids: ints(1),
    nodes_modes: numbers(6),
    nodes_splits: numbers(0),
    membership_values: numbers(1, 3, Number.NaN),
    nodes_truenodeids: ints(0),
    nodes_trueleafs: ints(1),
    nodes_falsenodeids: ints(1),
    nodes_falseleafs: ints(1),
    leaf_targetids: ints(0, 0),
    leaf_weights: numbers(10, 20),
  };

  function graph(changes: Record<string, Attribute>): Graph {
    const node = { name: "trees", domain: "ai.onnx.ml", operator: "TreeEnsemble", inputs: ["X"], outputs: ["Y"] };
    const base = graphOf([{ leaf: [0] }], 1, "float32");
    return { ...base, nodes: [{ ...node, attributes: new Map(Object.entries({ ...whole, ...changes })) }] };
  }

  it("are the exception", async () => {
    const rows = [1, 2, 3, Number.NaN].map((value) => [0, value, 0]);
    expect(inBlocks(await compile(graph({})), rows, 3)).toEqual([[10], [20], [10], [20]]);
  });

  it.each([
    ["a root that does not exist", { tree_roots: ints(7) }, /names a node/],
    ["a root below 0", { tree_roots: ints(-1) }, /names a node/],
    ["a leaf that does not exist", { nodes_truenodeids: ints(2) }, /names a node/],
    ["a split that leads to itself", { nodes_trueleafs: ints(0) }, /reached twice/],
    ["no trees", { tree_roots: ints() }, /no trees/],
    ["a mode that does not exist", { nodes_modes: numbers(9) }, /mode/],
    ["too few sets", { membership_values: numbers() }, /fewer sets/],
    ["a set that does not end", { membership_values: numbers(1, 2) }, /fewer sets/],
    ["a set too many", { membership_values: numbers(1, Number.NaN, 2, Number.NaN) }, /more sets/],
    ["lists of different lengths", { nodes_splits: numbers(1, 2) }, /"nodes_splits" has 2 entries instead of 1/],
    ["a target beyond the targets", { leaf_targetids: ints(0, 1) }, /target 1 of 1/],
    ["a feature beyond the columns", { nodes_featureids: ints(3) }, /feature 3 of 3/],
  ])("are refused: %s", async (_, changes, message) => {
    await expect(compile(graph(changes as Record<string, Attribute>))).rejects.toMatchObject({
      code: "OPERATOR_UNSUPPORTED",
      message: expect.stringMatching(message),
    });
  });
});

describe("hostile tree tables", () => {
  const tree: Tree = { mode: "BRANCH_LEQ", feature: 0, threshold: 0, tracks: false, yes: { leaf: [1] }, no: { leaf: [2] } };

  function broken(name: string, value: Attribute): Graph {
    const graph = graphOf([tree], 1, "float32");
    const [node] = graph.nodes;
    if (node === undefined) throw new Error("The graph has a node.");
    return { ...graph, nodes: [{ ...node, attributes: new Map([...node.attributes, [name, value]]) }] };
  }

  const ints = (...values: number[]): Attribute => ({ kind: "ints", value: Float64Array.from(values) });

  it.each([
    ["a cycle", "nodes_truenodeids", ints(0, 0, 0), /reached twice/],
    ["a child that does not exist", "nodes_falsenodeids", ints(99, 0, 0), /names a node that does not exist/],
    ["a feature beyond the input", "nodes_featureids", ints(7, 0, 0), /feature 7 of 3/],
    ["tables of different lengths", "nodes_featureids", ints(0), /differ in length/],
    ["a target beyond the targets", "target_ids", ints(0, 5), /target 5 of 1/],
    ["a weight of no node", "target_nodeids", ints(1, 42), /does not exist/],
    ["a node id that is there twice", "nodes_nodeids", ints(0, 1, 1), /there twice/],
    ["a NaN threshold", "nodes_values", { kind: "floats", value: Float32Array.of(Number.NaN, 0, 0) } as Attribute, /NaN/],
    ["an unknown mode", "nodes_modes", { kind: "strings", value: ["BRANCH_MAYBE", "LEAF", "LEAF"] } as Attribute, /BRANCH_MAYBE/],
  ])("refuses %s", async (_, name, value, message) => {
    await expect(compile(broken(name, value))).rejects.toMatchObject({
      code: "OPERATOR_UNSUPPORTED",
      message: expect.stringMatching(message),
    });
  });
});

describe("a few leaves", () => {
  it("are refused where they would have a place for each of tens of thousands of targets", async () => {
    const base = graphOf(
      Array.from({ length: 200 }, (): Tree => ({ leaf: [1] })),
      1,
      "float32",
    );
    const nodes = base.nodes.map((node) => ({
      ...node,
      attributes: new Map([...node.attributes, ["n_targets", { kind: "int", value: 65_536 }] as const]),
    }));
    await expect(compile({ ...base, outputs: [{ name: "Y", dtype: "float32", shape: [null, 65_536] }], nodes })).rejects.toMatchObject({
      code: "OPERATOR_UNSUPPORTED",
      message: expect.stringMatching(/200 leaves for 65536 targets/),
    });
  });
});

type Kernel = Awaited<ReturnType<typeof compile>>;

function inBlocks({ inputs, outputs, run }: Kernel, rows: readonly (readonly number[])[], block: number): number[][] {
  const [input] = inputs;
  const [output] = outputs;
  if (input === undefined || output === undefined) throw new Error("The kernel has an input and an output.");
  const answers: number[][] = [];
  for (let from = 0; from < rows.length; from += block) {
    const part = rows.slice(from, from + block);
    part.forEach((row, index) => input.data.set(row, index * features));
    run(part.length);
    part.forEach((_, index) => answers.push(Array.from(output.data.subarray(index * output.width, (index + 1) * output.width))));
  }
  return answers;
}
