import type { Attribute, Graph } from "../../../src/graph/graph.ts";
import type { Tensor } from "../../../src/tensor/tensor.ts";
import type { Dice } from "../../forests/dice.ts";
import type { TestForest } from "../../forests/forest.ts";
import { forestGraph, tensorOf } from "../../forests/graph.ts";
import { growForest, randomPlan } from "../../forests/random-forest.ts";
import { valueNear } from "../../forests/thresholds.ts";
import { floats, int, ints, postTransforms, type RandomModel, string, strings, table, weights } from "./model.ts";

/** Tree ensembles of any shape as each of their operators, with every attribute that changes what is made of the sums. */

/** Leaves in steps of 1/4096, so that sums are exact in float32 and a wrong leaf shows. */
function softer(forest: TestForest, change: (weight: number) => number): TestForest {
  const trees = forest.trees.map((tree) =>
    tree.map((node) =>
      "mode" in node ? node : { weights: node.weights.map(([target, value]) => [target, change(value / 4096)] as const) },
    ),
  );
  return { ...forest, trees };
}

export function treeRegressor(dice: Dice): RandomModel {
  const withBase = dice.chance(0.5);
  // ONNX Runtime forgets the base value of a target that no leaf of the row has a weight for: see docs/model-formats.md.
  const { forest, rows, columns } = grow(dice, withBase ? "full" : undefined);
  const aggregate = dice.pick(["SUM", "SUM", "AVERAGE", "MIN", "MAX"]);
  const post = dice.pick(postTransforms);
  const base = withBase ? weights(dice, forest.targets) : undefined;
  const attributes: Record<string, Attribute> = {
    aggregate_function: string(aggregate),
    post_transform: string(post),
    ...(base === undefined ? {} : baseValues(forest, base)),
  };
  const graph = forestGraph(forest, { operator: "TreeEnsembleRegressor", attributes });
  return {
    name: `TreeEnsembleRegressor ${aggregate} ${post}${base === undefined ? "" : " with base values"}`,
    graph,
    rows: rows(columns),
    scale: 1,
    ...probit(post),
  };
}

export function treeEnsemble5(dice: Dice): RandomModel {
  const { forest, rows, columns } = grow(dice, "single");
  const aggregate = dice.int(0, 3);
  const post = dice.int(0, 4);
  const graph = forestGraph(forest, {
    operator: "TreeEnsemble",
    attributes: { aggregate_function: int(aggregate), post_transform: int(post) },
  });
  return { name: `TreeEnsemble ${aggregate} ${post}`, graph, rows: rows(columns), scale: 1, ...probit(post === 4 ? "PROBIT" : "") };
}

export function treeClassifier(dice: Dice): RandomModel {
  const single = dice.chance(0.4);
  const { forest: grown, rows, columns } = grow(dice, "full", single ? 1 : dice.pick([2, 3, 4, 9]));
  const positive = dice.chance(0.5);
  const forest = softer(grown, (value) => (positive ? Math.abs(value) / 8 : value));
  const classes = single ? 2 : forest.targets;
  // PROBIT of a single score: ONNX Runtime leaves a column unwritten, see `runtimeDeviations`.
  const post = dice.pick(single ? postTransforms.filter((name) => name !== "PROBIT") : postTransforms);
  // With two classes of a score each ONNX Runtime gives the second base value to the first score, and drops the second score.
  const count = dice.pick(single ? [0, 0, 1, 2] : classes === 2 ? [0] : [0, classes]);
  const base = weights(dice, count);
  const labels = dice.chance(0.5)
    ? { classlabels_int64s: ints(Array.from({ length: classes }, (_, index) => index * 3 - 2)) }
    : { classlabels_strings: strings(Array.from({ length: classes }, (_, index) => `class ${index}`)), classlabels_int64s: undefined };
  const attributes = { ...labels, post_transform: string(post), ...(count === 0 ? {} : baseValues(forest, base)) };
  const written = forestGraph(forest, { operator: "TreeEnsembleClassifier", attributes: defined(attributes) });
  const graph = withLabels(written, labels.classlabels_int64s === undefined, classes);
  const form = single ? "single score" : `${classes} classes`;
  return {
    name: `TreeEnsembleClassifier ${form}${positive ? " of shares" : ""} ${post}, ${count} base values`,
    graph,
    rows: rows(columns),
    scale: 1,
    ...probit(post),
    // A score for both classes goes by 0.5 or 0 in ONNX Runtime, and so does a logistic score of shares.
    labelsDiffer: (single && post === "LOGISTIC") || (!single && classes === 2),
  };
}

/**
 * ONNX Runtime evaluates its approximation of the inverse error function in float32. By 2x - 1 that loses 2^-25 of the
 * probability: at -5.3, where the normal density is 3e-7, a tenth of the score. The vectors hold the transform itself.
 */
function probit(post: string): { readonly tolerance?: number } {
  return post === "PROBIT" ? { tolerance: 0.1 } : {};
}

function defined(attributes: Readonly<Record<string, Attribute | undefined>>): Record<string, Attribute> {
  return Object.fromEntries(Object.entries(attributes).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}

/** A forest graph has integers for labels, and as many as targets. */
function withLabels(graph: Graph, areStrings: boolean, classes: number): Graph {
  const [node] = graph.nodes;
  const [label, scores] = graph.outputs;
  if (node === undefined || label === undefined || scores === undefined) throw new Error("A classifier has a label and scores.");
  const attributes = new Map(node.attributes);
  if (areStrings) attributes.delete("classlabels_int64s");
  return {
    ...graph,
    nodes: [{ ...node, attributes }],
    outputs: [
      { ...label, dtype: areStrings ? "string" : "int64" },
      { ...scores, shape: [null, classes] },
    ],
  };
}

function baseValues({ precision }: TestForest, values: readonly number[]): Record<string, Attribute> {
  return precision === "float64" ? { base_values_as_tensor: tensorOf("float64", values) } : { base_values: floats(values) };
}

function grow(dice: Dice, leaves?: "full" | "single", targets?: number) {
  const plan = randomPlan(dice, 1200);
  const chosen = { ...plan, leaves: leaves ?? plan.leaves, targets: targets ?? plan.targets };
  const forest = softer(growForest(dice, chosen), (value) => value);
  const columns = chosen.columns;
  const rows =
    (width: number) =>
    (count: number): readonly Tensor[] => [
      table(
        chosen.precision,
        width,
        Array.from({ length: count }, () => chosen.pools.map((pool) => valueNear(dice, pool, chosen.precision))).flat(),
      ),
    ];
  return { forest, rows, columns };
}
