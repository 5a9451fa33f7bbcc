import type { Signature } from "../../graph/signature.ts";
import type { Answers } from "../answers.ts";
import { binOf, type PaddedEdges, padEdges } from "./bin-search.ts";
import { binnedPredictionsAt, type Layout } from "./layout.ts";
import { RowSample } from "./sample.ts";

/** Counts classes, scores of the predicted class, and values. */
export class PredictionCounters {
  readonly #layout: Layout;
  readonly #score: PaddedEdges | undefined;
  readonly #values: readonly (PaddedEdges | undefined)[];
  readonly #sample: RowSample;

  constructor({ training }: Signature, layout: Layout) {
    this.#layout = layout;
    this.#sample = new RowSample(training?.values?.length ?? 1);
    // Scores are compared as they are: edges lie between the values of the training rows, where there is room.
    this.#score = training?.score === undefined || layout.score?.length === 0 ? undefined : padEdges(training.score.edges, false);
    this.#values = (training?.values ?? []).map(({ edges }, index) =>
      layout.values[index]?.length === 0 ? undefined : padEdges(edges, false),
    );
  }

  count(counts: Float64Array, { rows, labels, scores, width }: Answers): void {
    const { labels: outputs, score, values } = this.#layout;
    if (labels !== undefined)
      for (let output = 0; output < outputs.length; output++) {
        const { at, length } = outputs[output] as (typeof outputs)[number];
        if (length > 0)
          for (let row = 0, place = output; row < rows; row++, place += outputs.length)
            (counts[at + (labels[place] as number)] as number)++;
      }
    if (scores === undefined || (this.#score === undefined && this.#values.length === 0)) return;
    const sample = this.#sample;
    sample.choose(rows);
    (counts[binnedPredictionsAt] as number) += sample.binned;
    const { first, step } = sample;
    if (this.#score !== undefined && score !== undefined && labels !== undefined)
      for (let row = first; row < rows; row += step)
        countNumber(counts, score.at, this.#score, scores[row * width + (labels[row] as number)] as number, step);
    for (let target = 0; target < this.#values.length; target++) {
      const edges = this.#values[target];
      if (edges !== undefined)
        for (let row = first; row < rows; row += step)
          countNumber(counts, (values[target] as (typeof values)[number]).at, edges, scores[row * width + target] as number, step);
    }
  }
}

/** What is no number is in no bin. */
function countNumber(counts: Float64Array, at: number, edges: PaddedEdges, value: number, times: number): void {
  if (!Number.isNaN(value)) (counts[at + binOf(edges, value)] as number) += times;
}
