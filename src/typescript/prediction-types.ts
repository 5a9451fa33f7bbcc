import type { ClassLabel, ScoreKind, Signature } from "../graph/signature.ts";
import { literalType, mostLiterals } from "./row-types.ts";
import { stringLiteral } from "./text.ts";

const scoreKeys: Readonly<Record<ScoreKind, string>> = { probability: "probabilities", decision: "scores", distance: "distances" };

/** The members of an interface for a prediction. */
export function predictionMembers({ task }: Pick<Signature, "task">): string[] {
  switch (task.kind) {
    case "classification":
    case "clustering":
    case "outlier_detection": {
      const scores = task.scores === undefined ? [] : [`  ${scoreKeys[task.scoreKind]}: ${numbersBy(task.classes)};`];
      return [`  prediction: ${labelType(task.classes)};`, ...scores];
    }
    case "multioutput_classification": {
      const labels = task.outputs.map(({ name, classes }) => [name, labelType(classes)] as const);
      const scores = task.outputs.map(({ name, classes }) => [name, numbersBy(classes)] as const);
      return [
        `  prediction: ${members(labels)};`,
        ...(task.scores === undefined ? [] : [`  ${scoreKeys[task.scoreKind]}: ${members(scores)};`]),
      ];
    }
    case "regression":
    case "transformation": {
      const several = task.kind === "transformation" || task.targets.length > 1;
      return [`  prediction: ${several ? numbersBy(task.targets) : "number"};`];
    }
    case "tensors":
      return ["  prediction: number;"];
  }
}

/** The union of the classes that a label may be. */
export function labelType(classes: readonly ClassLabel[]): string {
  const literals = classes.map(literalType);
  if (classes.length > 0 && classes.length <= mostLiterals && !literals.includes(undefined)) return [...new Set(literals)].join(" | ");
  return [...new Set(classes.map((label) => typeof label))].sort().join(" | ") || "never";
}

function numbersBy(names: readonly ClassLabel[]): string {
  if (names.length > mostLiterals) return "Record<string, number>";
  return members(names.map((name) => [String(name), "number"] as const));
}

/** Of two with the same name the later one is what an object holds. */
function members(entries: readonly (readonly [string, string])[]): string {
  const byName = new Map(entries);
  return `{ ${[...byName].map(([name, type]) => `${stringLiteral(name)}: ${type}`).join("; ")} }`;
}
