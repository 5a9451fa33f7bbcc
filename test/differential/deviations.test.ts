import { describe, expect, it } from "vitest";
import { compile } from "../../src/compiler/compile.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { evaluateNode, interpret } from "../../src/interpreter/interpret.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import { type ForestOperator, forestGraph, tensorOf } from "../forests/graph.ts";
import { float, floats, int, ints, ModelBuilder, string } from "../fuzz/differential/model.ts";
import { Runtime } from "../onnx/runtime.ts";
import { writeOnnx } from "../onnx/write.ts";

/** Where Setosa does not answer as ONNX Runtime does, and is to stay so: `docs/model-formats.md` says why. */

function forest(operator: ForestOperator, targets: number, trees: readonly (readonly [number, number][])[], attributes = {}): Graph {
  return forestGraph({ precision: "float32", columns: 2, targets, trees: trees.map((weights) => [{ weights }]) }, { operator, attributes });
}

function chain(build: (model: ModelBuilder) => readonly (readonly [string, "float32" | "int64", number | "none"])[]): Graph {
  const model = new ModelBuilder();
  model.inputs.push({ name: "X", dtype: "float32", shape: [null, 2] });
  return model.graph(build(model));
}

const svm = chain((model) => {
  const [label = "", scores = ""] = model.add(
    "ai.onnx.ml.SVMClassifier",
    ["X"],
    {
      kernel_type: string("RBF"),
      kernel_params: floats([0.5, 0, 3]),
      support_vectors: floats([1, 2, 3, 4]),
      coefficients: floats([1, -1]),
      rho: floats([0]),
      prob_a: floats([-1]),
      prob_b: floats([0]),
      vectors_per_class: ints([1, 1]),
      classlabels_ints: ints([0, 1]),
    },
    2,
  );
  return [
    [scores, "float32", 2],
    [label, "int64", "none"],
  ];
});

const membership = ((): Graph => {
  const base = forestGraph(
    {
      precision: "float32",
      columns: 2,
      targets: 1,
      trees: [
        [{ mode: "BRANCH_EQ", feature: 0, threshold: 0, tracks: false, yes: 1, no: 2 }, { weights: [[0, 1]] }, { weights: [[0, 2]] }],
      ],
    },
    { operator: "TreeEnsemble" },
  );
  const [node] = base.nodes;
  if (node === undefined) throw new Error("A forest has a node.");
  const attributes = new Map([
    ...node.attributes,
    ["nodes_modes", tensorOf("uint8", [6])],
    ["membership_values", tensorOf("float32", [1, 54, Number.NaN])],
  ] as const);
  return { ...base, nodes: [{ ...node, attributes }] };
})();

const nan = Number.NaN;

const deviations: readonly (readonly [
  what: string,
  graph: Graph,
  row: readonly [number, number],
  own: readonly number[],
  runtime: readonly number[] | "refused",
])[] = [
  [
    "the base value of a target that no leaf of the row has a weight for counts",
    forest("TreeEnsembleRegressor", 2, [[[0, 0.5]]], { base_values: floats([10, 100]) }),
    [0, 0],
    [10.5, 100],
    [10.5, 0],
  ],
  [
    "two classes with a score and a base value each: they are added up",
    forest(
      "TreeEnsembleClassifier",
      2,
      [
        [
          [0, 0.5],
          [1, 0.25],
        ],
      ],
      { base_values: floats([1, 2]) },
    ),
    [0, 0],
    [1, 1.5, 2.25],
    [1, -2.5, 2.5],
  ],
  [
    "two classes with a score each: the larger one names the label",
    forest("TreeEnsembleClassifier", 2, [
      [
        [0, 3],
        [1, 0.75],
      ],
    ]),
    [0, 0],
    [0, 3, 0.75],
    [1, 3, 0.75],
  ],
  ["a support vector machine does not know what NaN is", svm, [nan, 1], [nan, nan], [0.5, 0.5]],
  [
    "the largest of NaN and others is NaN",
    chain((model) => [
      [
        model.one("ReduceMax", ["X", model.constant({ dtype: "int64", shape: [1], data: Float64Array.of(1) })], { keepdims: int(1) }),
        "float32",
        1,
      ],
    ]),
    [1, nan],
    [nan],
    [1],
  ],
  ["a fraction is in no set of whole numbers", membership, [1.5, 0], [2], [1]],
  [
    "sums that float32 could not hold on the way are right",
    chain((model) => [
      [model.one("ai.onnx.ml.LinearRegressor", ["X"], { coefficients: floats([2, -2]), intercepts: floats([1]) }), "float32", 1],
    ]),
    [3e38, 3e38],
    [1],
    [nan],
  ],
  [
    "squares that float32 could not hold on the way are right",
    chain((model) => [[model.one("ai.onnx.ml.Normalizer", ["X"], { norm: string("L2") }), "float32", 2]]),
    [1e-30, 0],
    [1, 0],
    [Math.fround(1e-30), 0],
  ],
  [
    "NaN is below no threshold",
    chain((model) => [[model.one("ai.onnx.ml.Binarizer", ["X"], { threshold: float(0) }), "float32", 2]]),
    [nan, 1],
    [0, 1],
    "refused",
  ],
];

describe("unlike ONNX Runtime", () => {
  it.each(deviations)("%s", async (_, graph, row, own, runtime) => {
    const input: Tensor = { dtype: "float32", shape: [1, 2], data: Float32Array.from(row) };
    const flat = (outputs: readonly Tensor[]): number[] => outputs.flatMap(({ data }) => Array.from(data, Number));
    expect(flat(interpret(graph, [input])).slice(0, own.length)).toEqual(own);

    const kernel = await compile(graph, { evaluate: evaluateNode });
    kernel.inputs[0]?.data.set(row);
    kernel.run(1);
    const compiled = kernel.outputs.flatMap(({ data, width }) => Array.from(data.subarray(0, width)));
    expect(compiled.slice(0, own.length)).toEqual(own);

    const session = await Runtime.load(writeOnnx(graph));
    if (typeof session === "string") throw new Error(session);
    const answer = await session.run(
      { X: input },
      graph.outputs.map(({ name }) => name),
    );
    await session.release();
    expect(answer.kind === "answered" ? flat(answer.outputs).slice(0, own.length) : "refused").toEqual(runtime);
  });
});
