import { rewrite } from "../compiler/passes/registry.ts";
import { rowKernel } from "../engines/compiled.ts";
import { runKernel } from "../engines/run-kernel.ts";
import { SetosaError } from "../errors.ts";
import type { Graph } from "../graph/graph.ts";
import type { Signature } from "../graph/signature.ts";
import { evaluateNode, interpret } from "../interpreter/interpret.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { columnSources, severalFeatures } from "./column-sources.ts";
import { readEnsemble } from "./ensemble.ts";
import { type Explained, explainedLabels } from "./labels.ts";
import { outputPath } from "./output-path.ts";
import { refuse } from "./refuse.ts";
import { TreeShapley } from "./trees/tree-shapley.ts";
import { type CoveredForest, weightedForest } from "./trees/weighted-forest.ts";

/** What is explained: a probability, a value, or the margin that one is made of. */
export type ExplainedOutput = "probability" | "margin" | "value";

/** Rows as the trees read them. */
export interface PreparedRows {
  readonly data: ArrayLike<number>;
  readonly width: number;
}

/** Attributes a model's output to its features, row by row. */
export interface Explainer {
  readonly method: "tree-path-dependent";
  readonly output: ExplainedOutput;
  /** In the order of the classes or targets; one, `value`, of a regression with a single target. */
  readonly labels: readonly string[];
  /** By label. */
  readonly baseValues: Float64Array;
  /** The signature's, in its order. */
  readonly features: readonly string[];
  /** @param inputs Of the graph, in its order */
  prepare(inputs: readonly Tensor[]): PreparedRows;
  /** Writes a row's contributions, `labels` × `features`. */
  explain(rows: PreparedRows, row: number, into: Float64Array): void;
  /** As `explain`, with `pause` asked between pieces of work of at most some milliseconds. */
  explainInParts(rows: PreparedRows, row: number, into: Float64Array, pause: () => Promise<void> | undefined): Promise<void>;
  /** The scores or values that the model should answer to a row; undefined where that is not known. */
  scores(rows: PreparedRows, row: number): Float64Array | undefined;
}

/**
 * Makes an explainer of a graph that was read with its covers.
 * @param example Two rows that the model takes, in the order of the graph's inputs
 * @throws SetosaError EXPLANATION_UNSUPPORTED
 */
export async function createExplainer(source: Graph, signature: Signature, example: readonly Tensor[]): Promise<Explainer> {
  const graph = rewrite(source, ["constant-folding", "column-selection", "tree-merging"], evaluateNode);
  const path = outputPath(graph, signature);
  const rows = path.ensemble.inputs[0] ?? "";
  const sources = columnSources(graph, signature, rows, example);
  const precision = sources.dtype === "float64" ? "float64" : "float32";
  const ensemble = readEnsemble(path.ensemble, sources.features.length, precision);
  const explained = explainedLabels(signature, path, ensemble);
  const features = signature.features.map(({ name }) => name);
  checkColumns(explained.forest, sources.features, features);
  if (explained.forest.trees.some(({ depth }) => depth > deepest)) refuse(`a tree has more than ${deepest} levels`);
  const shapley = new TreeShapley(weightedForest(explained.forest, sources.features, features.length));
  return makeExplainer(explained, features, shapley, await preparation(graph, rows, sources.dtype, example));
}

/** Trees are walked by functions that call themselves. */
const deepest = 1000;

function makeExplainer(explained: Explained, features: readonly string[], shapley: TreeShapley, prepare: Explainer["prepare"]): Explainer {
  const { labels, output } = explained;
  const targets = explained.forest.targets - 1;
  const scratch = new Float64Array(features.length * targets);
  const spread = (found: Float64Array, into: Float64Array): void => {
    let at = 0;
    for (const { target, factor } of labels)
      for (let from = target; from < found.length; from += targets) into[at++] = (found[from] as number) * factor;
  };
  return {
    method: "tree-path-dependent",
    output,
    labels: labels.map(({ name }) => name),
    baseValues: Float64Array.from(labels, ({ target, factor, offset }) => (shapley.base[target] as number) * factor + offset),
    features,
    prepare,
    explain: (rows, row, into) => {
      scratch.fill(0);
      shapley.add(rows.data, row * rows.width, scratch);
      spread(scratch, into);
    },
    explainInParts: async (rows, row, into, pause) => {
      const own = new Float64Array(scratch.length);
      for (let part = 0; part < shapley.parts; part++) {
        shapley.add(rows.data, row * rows.width, own, part);
        const wait = pause();
        if (wait !== undefined) await wait;
      }
      spread(own, into);
    },
    scores: (rows, row) => {
      const sums = shapley.sums(rows.data, row * rows.width);
      return explained.scores(Float64Array.from(labels, ({ target, factor, offset }) => (sums[target] as number) * factor + offset));
    },
  };
}

/** Every column that a split reads has to be made of one feature. */
function checkColumns({ trees, columns, tests }: CoveredForest, sources: Int32Array, features: readonly string[]): void {
  for (const { feature } of trees)
    for (const own of feature) {
      if (own < 0) continue;
      const column = own < columns ? own : (tests[own - columns]?.feature ?? 0);
      const source = sources[column] as number;
      if (source >= 0 && source < features.length) continue;
      refuse(
        source === severalFeatures
          ? `a split of its trees reads a number that is made of several features (column ${column} behind its preprocessing)`
          : `a split of its trees reads a number that is made of none of its features (column ${column} behind its preprocessing)`,
        "Explanations are of models whose preprocessing treats each feature by itself: scalers, imputers, encoders.",
      );
    }
}

/** From a graph's inputs to what its trees read: by the same kernels as in predictions where these cover it. */
async function preparation(graph: Graph, value: string, dtype: Tensor["dtype"], example: readonly Tensor[]): Promise<Explainer["prepare"]> {
  const input = graph.inputs.findIndex(({ name }) => name === value);
  if (input >= 0) return (inputs) => prepared(inputs[input] as Tensor, inputs);
  const part: Graph = { ...graph, outputs: [{ name: value, dtype, shape: ["rows", null] }] };
  try {
    const kernel = await rowKernel(part, { evaluate: evaluateNode });
    return (inputs) => prepared(runKernel(kernel, inputs)[0] as Tensor, inputs);
  } catch (error) {
    if (!(error instanceof SetosaError)) throw error;
  }
  interpret(part, example);
  return (inputs) => prepared(interpret(part, inputs)[0] as Tensor, inputs);
}

function prepared({ data }: Tensor, inputs: readonly Tensor[]): PreparedRows {
  const rows = inputs[0]?.shape[0] ?? 1;
  return { data: data as ArrayLike<number>, width: data.length / rows };
}
