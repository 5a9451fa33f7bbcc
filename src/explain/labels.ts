import type { Tree } from "../compiler/kernels/tree-ensemble/forest.ts";
import type { Signature } from "../graph/signature.ts";
import type { Ensemble, Link } from "./ensemble.ts";
import type { ExplainedOutput } from "./explainer.ts";
import type { OutputPath } from "./output-path.ts";
import { refuse } from "./refuse.ts";
import type { CoveredForest } from "./trees/weighted-forest.ts";

/** A class or target, and how the forest's sums of a target become what is explained of it. */
export interface ExplainedLabel {
  readonly name: string;
  readonly target: number;
  readonly factor: number;
  readonly offset: number;
}

/** A forest, and what of its sums is explained. */
export interface Explained {
  readonly output: ExplainedOutput;
  readonly forest: CoveredForest;
  readonly labels: readonly ExplainedLabel[];
  /** The model's scores or values from what is explained, by label; undefined where they are not told apart. */
  readonly scores: (explained: Float64Array) => Float64Array | undefined;
}

/** @throws SetosaError EXPLANATION_UNSUPPORTED where the sums are none of the classes or targets */
export function explainedLabels({ task }: Signature, path: OutputPath, ensemble: Ensemble): Explained {
  if (!("classes" in task) && !("targets" in task)) return refuse("it has neither classes nor targets");
  // Whichever of the two has one: a link of a link is not told apart.
  const link =
    ensemble.link === "identity"
      ? path.link
      : path.link === "identity" && path.factor === 1 && path.offset.length === 0
        ? ensemble.link
        : "other";
  const names = "classes" in task ? task.classes.map(String) : task.targets.length === 1 ? ["value"] : task.targets;
  const scoreKind = "classes" in task ? task.scoreKind : undefined;
  const output = link !== "identity" || scoreKind === "decision" ? "margin" : scoreKind === undefined ? "value" : "probability";
  const { forest } = ensemble;
  const sums = (target: number): Omit<ExplainedLabel, "name"> => ({
    target,
    factor: ensemble.factor * path.factor,
    offset: (ensemble.base[target] as number) * path.factor + (path.offset[path.offset.length === 1 ? 0 : target] ?? 0),
  });
  if (names.length === ensemble.targets) {
    if (names.length === 2 && link === "softmax" && forest.trees.every((tree) => isOpposite(tree, forest.targets)))
      return { output, forest: secondOnly(forest), labels: twoClasses(names, "margin", oddsOf(sums(0), sums(1))), scores: logistic };
    return { output, forest, labels: names.map((name, target) => ({ name, ...sums(target) })), scores: scoresOf(link) };
  }
  if (names.length !== 2 || ensemble.targets !== 1)
    return refuse(`its trees make ${ensemble.targets} sums for ${names.length} classes or targets`);
  const isShare = output === "probability";
  return {
    output,
    forest,
    labels: twoClasses(names, isShare ? "share" : "margin", sums(0)),
    scores: link === "logistic" ? logistic : scoresOf(link),
  };
}

/** What the second class is given, and with it the first. */
function twoClasses(
  [first = "", second = ""]: readonly string[],
  kind: "share" | "margin",
  of: Omit<ExplainedLabel, "name">,
): ExplainedLabel[] {
  const { target, factor, offset } = of;
  return [
    { name: first, target, factor: -factor, offset: (kind === "share" ? 1 : 0) - offset },
    { name: second, target, factor, offset },
  ];
}

/** Two classes' scores -s and s before a softmax, as setosa.save writes those of one score: the log-odds are 2s. */
function isOpposite({ leafValues }: Tree, stride: number): boolean {
  for (let at = 0; at < leafValues.length; at += stride) if (leafValues[at] !== -(leafValues[at + 1] as number)) return false;
  return true;
}

/** With the first target left out. */
function secondOnly(forest: CoveredForest): CoveredForest {
  const trees = forest.trees.map((tree): Tree => ({ ...tree, leafValues: tree.leafValues.filter((_, at) => at % forest.targets !== 0) }));
  return { ...forest, targets: forest.targets - 1, trees };
}

function oddsOf(first: Omit<ExplainedLabel, "name">, second: Omit<ExplainedLabel, "name">): Omit<ExplainedLabel, "name"> {
  return { target: 0, factor: 2 * second.factor, offset: second.offset - first.offset };
}

function scoresOf(link: Link): Explained["scores"] {
  switch (link) {
    case "identity":
      return (sums) => sums;
    case "logistic":
      return logistic;
    case "exp":
      return (sums) => sums.map(Math.exp);
    case "softmax":
      return (sums) => {
        const largest = sums.reduce((a, b) => Math.max(a, b));
        const powers = sums.map((sum) => Math.exp(sum - largest));
        const total = powers.reduce((a, b) => a + b);
        return powers.map((power) => power / total);
      };
    case "other":
      return () => undefined;
  }
}

function logistic(margins: Float64Array): Float64Array {
  return margins.map((margin) => 1 / (1 + Math.exp(-margin)));
}
