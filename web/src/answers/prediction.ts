import type { ModelDescription } from "../../../src/models/describe.ts";
import type { Prediction, Scores } from "../../../src/models/prediction.ts";

export type { Prediction };

export type ScoreName = "probabilities" | "scores" | "distances";
export const scoreNames = ["probabilities", "scores", "distances"] as const satisfies readonly ScoreName[];

/** One number of an answer. */
export interface Bar {
  /** The class, or what is predicted. */
  readonly label: string;
  readonly value: number;
  /** From 0 to 1: of a probability the value itself, else beside the largest of the group. */
  readonly share: number;
  /** Of the class that was predicted. */
  readonly predicted: boolean;
}

/** What is said about one output: its label and its classes' numbers, or numbers alone. */
export interface AnswerGroup {
  /** Of the output, where a model has several. */
  readonly name: string | undefined;
  /** The class, or the value of a regression; undefined for a list of numbers. */
  readonly prediction: string | undefined;
  readonly scores: ScoreName | undefined;
  readonly bars: readonly Bar[];
}

/** An answer as it is shown: the same order of classes whatever the values, so that nothing jumps while sliding. */
export function answerGroups(task: ModelDescription["task"], answer: Prediction): AnswerGroup[] {
  const { prediction } = answer;
  const scores = scoreNames.find((name) => answer[name] !== undefined);
  if (task === "multioutput_classification" && isRecord(prediction))
    return Object.entries(prediction).map(([name, label]) => group(name, label, scores, nested(scores && answer[scores], name)));
  if (isRecord(prediction)) {
    const values = Object.entries(prediction).map(([name, value]) => [name, Number(value)] as const);
    return [{ name: undefined, prediction: undefined, scores: undefined, bars: bars(values, undefined, undefined) }];
  }
  return [group(undefined, prediction, scores, scores && (answer[scores] as Readonly<Record<string, number>>))];
}

function group(
  name: string | undefined,
  label: unknown,
  scores: ScoreName | undefined,
  values: Readonly<Record<string, number>> | undefined,
): AnswerGroup {
  const prediction = String(label);
  return { name, prediction, scores, bars: bars(Object.entries(values ?? {}), scores, prediction) };
}

function bars(
  values: readonly (readonly [string, number])[],
  scores: ScoreName | undefined,
  predicted: string | undefined,
): readonly Bar[] {
  const most = scores === "probabilities" ? 1 : Math.max(...values.map(([, value]) => Math.abs(value)), Number.MIN_VALUE);
  return values.map(([label, value]) => ({
    label,
    value,
    share: Math.min(Math.abs(value) / most, 1),
    predicted: label === predicted,
  }));
}

function nested(scores: Scores | undefined, name: string): Readonly<Record<string, number>> | undefined {
  return (scores as Readonly<Record<string, Readonly<Record<string, number>>>> | undefined)?.[name];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** Only what a model says of a row: an answer of the server's names the model, too. */
export function predictionOf(answer: Prediction): Prediction {
  const { prediction } = answer;
  return {
    prediction,
    ...Object.fromEntries(scoreNames.flatMap((name) => (answer[name] === undefined ? [] : [[name, answer[name]]]))),
  };
}

/** Whether two answers are the same, to the last bit of each number. */
export function sameAnswer(first: Prediction, second: Prediction): boolean {
  return JSON.stringify(predictionOf(first)) === JSON.stringify(predictionOf(second));
}

/** A number for people: a probability in percent, others with six digits. */
export function formatNumber(value: number, scores: ScoreName | undefined): string {
  if (scores === "probabilities") {
    const percent = value * 100;
    if (percent > 0 && percent < 0.1) return "<0.1 %";
    if (percent < 100 && percent > 99.9) return ">99.9 %";
    return `${percent.toFixed(1)} %`;
  }
  if (value !== 0 && (Math.abs(value) >= 1e9 || Math.abs(value) < 1e-4)) return value.toExponential(4);
  return String(Number(value.toPrecision(7)));
}
