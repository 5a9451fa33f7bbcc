import { type Feature, labelClasses, type Signature } from "../../graph/signature.ts";

/** Some counters in a row. */
export interface Span {
  readonly at: number;
  readonly length: number;
}

/** Where a feature's counters are: those of `featureCounters`, then one for each bin or category. */
export interface FeatureSpan extends Span {
  readonly bins: Span;
}

/**
 * Where each of a monitor's counters is in one list of numbers: lists of several processes, or of several times, are added
 * number by number.
 */
export interface Layout {
  readonly size: number;
  readonly features: readonly FeatureSpan[];
  /** By label of a row: a counter for each class. */
  readonly labels: readonly Span[];
  readonly score: Span | undefined;
  readonly values: readonly Span[];
}

/** The first counters of all: rows that were encoded, those whose numbers were put into bins, and the same of answers. */
export const rowsAt = 0;
export const binnedRowsAt = 1;
export const predictionsAt = 2;
export const binnedPredictionsAt = 3;
const firstCounters = 4;

/** The first counters of a feature. Values of refused rows are missing or unseen, and refused. */
export const featureCounters = ["missing", "below", "above", "unseen", "refused"] as const;
export type FeatureCounter = (typeof featureCounters)[number];
export const counterAt = Object.fromEntries(featureCounters.map((name, index) => [name, index])) as Record<FeatureCounter, number>;

/**
 * Counters for bins, categories and classes: what is beyond has none. A monitor holds each thirteen times, as 8 bytes.
 * Wider than any table that people send one by one.
 */
const mostBins = 2 ** 16;

export function layoutOf(signature: Signature): Layout {
  const { features, task, training } = signature;
  let size = firstCounters;
  let left = mostBins;
  const span = (length: number): Span => {
    const granted = length <= left ? length : 0;
    const at = size;
    left -= granted;
    size += granted;
    return { at, length: granted };
  };
  const labels = labelClasses(task).map((classes) => span(classes.length));
  const score = training?.score === undefined ? undefined : span(training.score.counts.length);
  const values = (training?.values ?? []).map(({ counts }) => span(counts.length));
  const spans = features.map((feature, index) => {
    const at = size;
    size += featureCounters.length;
    const bins = span(binsOf(feature, training?.features[index]?.bins?.counts.length ?? 0));
    return { at, length: featureCounters.length, bins };
  });
  return { size, features: spans, labels, score, values };
}

function binsOf({ categories, dtype }: Feature, bins: number): number {
  if (categories !== undefined) return categories.length;
  return dtype === "string" ? 0 : bins;
}
