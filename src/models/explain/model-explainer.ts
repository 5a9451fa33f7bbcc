import { SetosaError } from "../../errors.ts";
import { createExplainer, type ExplainedOutput, type Explainer, type PreparedRows } from "../../explain/explainer.ts";
import type { ModelFile } from "../../formats/model-file.ts";
import { readModel } from "../../formats/registry.ts";
import type { Feature, FeatureValue } from "../../graph/signature.ts";
import type { Answers } from "../answers.ts";
import type { Model, ModelTypes, Row } from "../model.ts";
import { type Prediction, predictionReader } from "../prediction.ts";
import type { RowPlace } from "../row-encoder.ts";
import { rowTensors } from "../row-tensors.ts";

/** Which features moved a row's prediction, and how far. */
export interface Explanation extends Prediction {
  /** How the contributions were found: exact Shapley values of the trees, averaged by the training rows' weights along them. */
  readonly method: Explainer["method"];
  /** What is explained: a probability, a value, or the margin that one is made of. */
  readonly output: ExplainedOutput;
  /** By class or target (`value` where there is one): what is expected of a row of which nothing is known. */
  readonly baseValues: Readonly<Record<string, number>>;
  /** By class or target, and feature; with the base value they add up to the row's output. */
  readonly contributions: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Rows with the model's answers to them, ready to be explained one by one. */
export interface RowsToExplain {
  readonly rows: PreparedRows;
  readonly answers: Answers;
}

/** Explains a loaded model's predictions. Made by `Model.explainer`. */
export class ModelExplainer {
  readonly method: Explainer["method"];
  readonly output: ExplainedOutput;
  readonly labels: readonly string[];
  readonly features: readonly string[];
  /** By label. */
  readonly baseValues: Float64Array;
  readonly #model: Model<ModelTypes>;
  readonly #explainer: Explainer;

  constructor(model: Model<ModelTypes>, explainer: Explainer) {
    this.#model = model;
    this.#explainer = explainer;
    this.method = explainer.method;
    this.output = explainer.output;
    this.labels = explainer.labels;
    this.features = explainer.features;
    this.baseValues = explainer.baseValues;
  }

  /** @throws SetosaError FEATURE_…, CATEGORY_UNKNOWN, ROW_WIDTH_INVALID; EXPLANATION_UNAVAILABLE */
  async explain(row: Row): Promise<Explanation> {
    const [explanation] = await this.#explain([row], { path: "", first: undefined });
    return explanation as Explanation;
  }

  /** As `explain`; errors name the row. */
  explainMany(rows: readonly Row[]): Promise<Explanation[]> {
    return this.#explain(rows, { path: "", first: 0 });
  }

  /**
   * Checks rows, predicts them (nobody who observes the model hears of it), and prepares what `contributions` reads.
   * @param place Where the first row stands in the request, for errors
   */
  async prepare(rows: readonly unknown[], place: RowPlace): Promise<RowsToExplain> {
    const { graph, signature } = this.#model;
    const inputs = rowTensors(graph, signature, rows, place).map(({ tensor }) => tensor);
    const answered = await this.#model.answerUnobserved(rows);
    // A kernel's answers to one row do not outlast its next run.
    const answers = rows.length === 1 ? copied(answered) : answered;
    return { rows: this.#explainer.prepare(inputs), answers };
  }

  /**
   * Writes a row's contributions, labels × features.
   * @param pause Asked between pieces of work of some milliseconds: a promise to wait for, or undefined
   * @throws SetosaError EXPLANATION_UNAVAILABLE where the trees do not answer as the model that is served
   */
  async contributions(
    { rows, answers }: RowsToExplain,
    row: number,
    into: Float64Array,
    pause?: () => Promise<void> | undefined,
  ): Promise<void> {
    const explainer = this.#explainer;
    checkScores(explainer.scores(rows, row), answers, row);
    if (pause === undefined) explainer.explain(rows, row, into);
    else await explainer.explainInParts(rows, row, into, pause);
  }

  async #explain(rows: readonly Row[], place: RowPlace): Promise<Explanation[]> {
    if (rows.length === 0) return [];
    const { labels, features, method, output, baseValues } = this;
    const prepared = await this.prepare(rows, place);
    const read = predictionReader(this.#model.signature);
    const found = new Float64Array(labels.length * features.length);
    const base = Object.fromEntries(labels.map((label, index) => [label, baseValues[index] as number]));
    const explanations: Explanation[] = [];
    for (let row = 0; row < rows.length; row++) {
      await this.contributions(prepared, row, found);
      const contributions = Object.fromEntries(
        labels.map((label, index) => [
          label,
          Object.fromEntries(features.map((feature, column) => [feature, found[index * features.length + column] as number])),
        ]),
      );
      explanations.push({ ...read(prepared.answers, row), method, output, baseValues: base, contributions });
    }
    return explanations;
  }
}

/** @throws SetosaError EXPLANATION_UNSUPPORTED, EXPLANATION_UNAVAILABLE */
export async function explainerOf(model: Model<ModelTypes>): Promise<ModelExplainer> {
  const file = await readAgain(model);
  try {
    const row = file.signature.example ?? file.parity?.rows[0] ?? file.signature.features.map(madeUp);
    const example = rowTensors(file.graph, file.signature, [row, row], { path: "", first: undefined });
    return new ModelExplainer(
      model,
      await createExplainer(
        file.graph,
        file.signature,
        example.map(({ tensor }) => tensor),
      ),
    );
  } catch (error) {
    if (!(error instanceof SetosaError) || error.code === "EXPLANATION_UNSUPPORTED") throw error;
    throw new SetosaError("EXPLANATION_UNSUPPORTED", `The model's predictions cannot be explained exactly: ${error.message}`, {
      cause: error,
    });
  }
}

/** The model's file, with the weights of training rows that loading leaves out. */
async function readAgain(model: Model<ModelTypes>): Promise<ModelFile> {
  if (model.reread === undefined)
    throw new SetosaError("EXPLANATION_UNAVAILABLE", "The model was loaded from bytes, and nobody keeps these.", {
      hint: "Load it from a file, or with { explain: true }.",
    });
  let file: ModelFile;
  try {
    file = readModel(await model.reread(), { covers: true });
  } catch (error) {
    if (!(error instanceof SetosaError)) throw error;
    throw new SetosaError("EXPLANATION_UNAVAILABLE", `The model's file cannot be read again: ${error.message}`, {
      hint: putBack,
      cause: error,
    });
  }
  if (file.bytes !== model.bytes || JSON.stringify(file.signature) !== JSON.stringify(model.signature)) throw changed();
  return file;
}

const putBack = "Explanations are made from the file that the model was loaded from: leave it in its place while the model is served.";

function changed(): SetosaError {
  return new SetosaError("EXPLANATION_UNAVAILABLE", "The model's file was changed since it was loaded.", { hint: putBack });
}

/** What float32 scores and sums in another order may differ by, of their size or absolutely below 1. */
const tolerance = 1e-5;

/** Every explanation is one of the answer that the served kernel gives: if not, the file is another one by now. */
function checkScores(expected: Float64Array | undefined, { scores, width }: Answers, row: number): void {
  if (expected === undefined || scores === undefined || expected.length !== width) return;
  for (let column = 0; column < width; column++) {
    const [own, served] = [expected[column] as number, scores[row * width + column] as number];
    if (Math.abs(own - served) > tolerance * Math.max(1, Math.abs(served))) throw changed();
  }
}

function copied(answers: Answers): Answers {
  const { labels, scores } = answers;
  return {
    ...answers,
    ...(labels === undefined ? {} : { labels: labels.slice() }),
    ...(scores === undefined ? {} : { scores: scores.slice() }),
  };
}

/** A value that the feature may have, where the file has no row. */
function madeUp({ categories, dtype, min }: Feature): FeatureValue {
  if (categories?.[0] !== undefined) return categories[0];
  return dtype === "string" ? "" : dtype === "bool" ? false : (min ?? 0);
}
