import type { JsonValue } from "../json-text.ts";

/** Counts that the learner states. */
export interface Shape {
  readonly features: number;
  /** Sums that are made of a row: one per class, or per target. */
  readonly groups: number;
  readonly classes: number;
  /** What the sums begin with, as a value of the objective's output: one, or one per group. */
  readonly baseScores: readonly number[];
}

/** More of anything than a model has. */
const limit = 100_000;

/** Parameters are numbers as texts. */
export function readShape(learner: JsonValue): Shape {
  const params = learner.get("learner_model_param");
  const classes = params.get("num_class").isAbsent ? 0 : count(params.get("num_class"), 0);
  const targets = params.get("num_target").isAbsent ? 1 : count(params.get("num_target"), 1);
  const groups = Math.max(classes, targets, 1);
  return { features: count(params.get("num_feature"), 1), groups, classes, baseScores: readBaseScores(params.get("base_score"), groups) };
}

export function count(json: JsonValue, from: number): number {
  const number = Number(json.text);
  return Number.isInteger(number) && number >= from && number <= limit ? number : json.fail(`an integer from ${from} to ${limit}, as text`);
}

/** Since XGBoost 3.1 a list in brackets. */
function readBaseScores(json: JsonValue, groups: number): number[] {
  const words = json.text.replace(/^\[|\]$/g, "").split(",");
  const scores = words.map(Number);
  if (words.some((word) => word.trim() === "") || scores.some(Number.isNaN) || (scores.length !== 1 && scores.length !== groups))
    json.fail(`a number, or a list of ${groups}, as text`);
  return scores.map(Math.fround);
}
