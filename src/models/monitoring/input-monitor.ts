import { SetosaError } from "../../errors.ts";
import type { Signature } from "../../graph/signature.ts";
import type { Answers } from "../answers.ts";
import type { PredictionObserver } from "../observer.ts";
import type { EncoderTarget } from "../row-encoder.ts";
import type { RowSource } from "../row-source.ts";
import { type CategoryCounter, ValueCounter, VocabularyCounter } from "./category-counters.ts";
import { binnedRowsAt, counterAt, type FeatureSpan, type Layout, layoutOf, predictionsAt, rowsAt } from "./layout.ts";
import { NumberCounters, type NumberFeature } from "./number-counters.ts";
import { PredictionCounters } from "./prediction-counters.ts";
import { RowSample } from "./sample.ts";
import { SlidingCounts } from "./sliding-counts.ts";
import type { MonitorSnapshot } from "./snapshot.ts";

export interface MonitorOptions {
  readonly signature: Signature;
  /** Names of the graph's inputs, in their order. */
  readonly inputs: readonly string[];
  /** Milliseconds of a clock that never goes back, and costs nothing to read: it is read for every request. */
  readonly clock: () => number;
  readonly windowMilliseconds: number;
}

/**
 * Counts what a model is asked and what it answers, without allocating: a comparison or a look-up for every value, and a search
 * among the bins of the training rows, where many rows come at once for a sample of them.
 */
export class InputMonitor implements PredictionObserver {
  readonly untimed = true;
  readonly layout: Layout;
  readonly #signature: Signature;
  readonly #inputs: readonly string[];
  readonly #clock: () => number;
  readonly #counts: SlidingCounts;
  readonly #predictions: PredictionCounters;
  readonly #sample: RowSample;
  #bound: readonly EncoderTarget[] | undefined;
  #numbers: readonly NumberCounters[] = [];
  #categories: readonly CategoryCounter[] = [];
  /** By position of the feature. */
  #vocabularies: readonly (readonly [number, VocabularyCounter])[] = [];

  constructor({ signature, inputs, clock, windowMilliseconds }: MonitorOptions) {
    this.layout = layoutOf(signature);
    this.#signature = signature;
    this.#inputs = inputs;
    this.#clock = clock;
    this.#counts = new SlidingCounts(this.layout.size, windowMilliseconds, clock());
    this.#sample = new RowSample(signature.features.length);
    this.#predictions = new PredictionCounters(signature, this.layout);
  }

  encoded(inputs: readonly EncoderTarget[], count: number): void {
    if (inputs !== this.#bound) this.#bind(inputs);
    const counts = this.#counts.at(this.#clock());
    (counts[rowsAt] as number) += count;
    const sample = this.#sample;
    sample.choose(count);
    (counts[binnedRowsAt] as number) += sample.binned;
    for (const counter of this.#numbers) counter.count(counts, count, sample);
    for (const counter of this.#categories) counter.count(counts, count);
  }

  answered(rows: RowSource, answers: Answers): void {
    const counts = this.#counts.current;
    (counts[predictionsAt] as number) += answers.rows;
    this.#predictions.count(counts, answers);
    for (const [position, counter] of this.#vocabularies) if (counter.strangers() > 0) this.#findMissing(counts, rows, position);
  }

  /** A row may have been refused for a value that is monitored. */
  failed(error: unknown): void {
    for (const [, counter] of this.#vocabularies) counter.strangers();
    if (!(error instanceof SetosaError)) return;
    const counter = error.code === "CATEGORY_UNKNOWN" ? "unseen" : error.code === "FEATURE_NULL" ? "missing" : undefined;
    if (counter === undefined) return;
    const span = this.layout.features[positionIn(error.path ?? "", this.#signature)];
    if (span === undefined) return;
    const counts = this.#counts.at(this.#clock());
    (counts[span.at + counterAt[counter]] as number)++;
    (counts[span.at + counterAt.refused] as number)++;
  }

  snapshot(): MonitorSnapshot {
    const now = this.#clock();
    return { total: this.#counts.total(now), window: this.#counts.window(now) };
  }

  /** An engine in this thread has the same arrays always; another one gets new ones for each request. */
  #bind(inputs: readonly EncoderTarget[]): void {
    if (this.#bound === undefined) this.#createCounters(inputs);
    this.#bound = inputs;
    for (const counter of [...this.#numbers, ...this.#categories]) counter.bind(inputs[counter.input] as EncoderTarget);
  }

  #createCounters(inputs: readonly EncoderTarget[]): void {
    const { features, training } = this.#signature;
    const numbers = inputs.map((): NumberFeature[] => []);
    const categories: CategoryCounter[] = [];
    const vocabularies: [number, VocabularyCounter][] = [];
    features.forEach((feature, position) => {
      const span = this.layout.features[position] as FeatureSpan;
      const input = this.#inputs.indexOf(feature.input);
      if (feature.categories === undefined && feature.dtype !== "string")
        numbers[input]?.push({ feature, span, distribution: training?.features[position]?.bins });
      else if (feature.dtype === "string" && inputs[input]?.vocabulary !== undefined) {
        const counter = new VocabularyCounter(feature, input, span);
        categories.push(counter);
        vocabularies.push([position, counter]);
      } else categories.push(new ValueCounter(feature, input, span));
    });
    this.#numbers = numbers.flatMap((list, input) => (list.length === 0 ? [] : [new NumberCounters(input, list)]));
    this.#categories = categories;
    this.#vocabularies = vocabularies;
  }

  /**
   * To a kernel whose vocabulary has no empty text, a missing value is a stranger like any other: only the rows tell them apart.
   * Rare, and looked at only for requests that have one.
   */
  #findMissing(counts: Float64Array, rows: RowSource, position: number): void {
    const { name, categories } = this.#signature.features[position] as Signature["features"][number];
    const { at } = this.layout.features[position] as FeatureSpan;
    let found = 0;
    for (let index = 0; index < rows.length; index++) {
      const row = rows.at(index);
      const value: unknown = Array.isArray(row) ? row[position] : (row as Readonly<Record<string, unknown>>)[name];
      if (value === null || value === "" || Number.isNaN(value)) found++;
    }
    (counts[at + counterAt.missing] as number) += found;
    if (categories !== undefined) (counts[at + counterAt.unseen] as number) -= found;
  }
}

/** The feature that an error's path ends with: `[3]["age"]` or `[3][0]`; -1 where it names none. */
function positionIn(path: string, { features }: Signature): number {
  const position = /\[(\d+)\]$/.exec(path)?.[1];
  return position === undefined ? features.findIndex(({ name }) => path.endsWith(`[${JSON.stringify(name)}]`)) : Number(position);
}
