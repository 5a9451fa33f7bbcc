import type { ModelDescription } from "../../../../src/models/describe.ts";
import { answerGroups, type Prediction, type ScoreName } from "../../answers/prediction.ts";

/** Lines that are told apart at a glance. */
const mostSeries = 6;

/** One number of the answers, over all values of the feature. */
export interface Series {
  readonly label: string;
  readonly values: readonly number[];
}

export interface Curves {
  /** Of the output, where a model has several. */
  readonly output: string | undefined;
  readonly scores: ScoreName | undefined;
  /** At most six, those that rise highest, in the order of the classes. */
  readonly series: readonly Series[];
  /** All of them. */
  readonly all: number;
  /** What is predicted for each value; undefined for numbers alone. */
  readonly predictions: readonly string[] | undefined;
}

/** What is drawn of the answers to a sweep: curves for each output. */
export function curvesOf(task: ModelDescription["task"], answers: readonly Prediction[]): Curves[] {
  const groups = answers.map((answer) => answerGroups(task, answer));
  return (groups[0] ?? []).map(({ name, scores, bars, prediction }, output) => {
    const ofOutput = groups.map((group) => group[output]);
    const predictions = ofOutput.map((group) => group?.prediction ?? "");
    const isNumber = bars.length === 0 && (task === "regression" || task === "transformation");
    const all: Series[] = isNumber
      ? [{ label: "value", values: predictions.map(Number) }]
      : bars.map(({ label }, index) => ({ label, values: ofOutput.map((group) => group?.bars[index]?.value ?? Number.NaN) }));
    const highest = [...all].sort((one, other) => Math.max(...other.values) - Math.max(...one.values)).slice(0, mostSeries);
    return {
      output: name,
      scores,
      series: all.filter((series) => highest.includes(series)),
      all: all.length,
      predictions: prediction === undefined || isNumber ? undefined : predictions,
    };
  });
}
