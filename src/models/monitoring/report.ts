import type { ClassLabel, Feature, Signature } from "../../graph/signature.ts";
import type { Bins, FeatureDistribution } from "../../graph/training.ts";
import {
  binnedPredictionsAt,
  binnedRowsAt,
  counterAt,
  type FeatureCounter,
  type FeatureSpan,
  type Layout,
  predictionsAt,
  rowsAt,
  type Span,
} from "./layout.ts";
import type { MonitorSnapshot } from "./snapshot.ts";
import { type Drift, stabilityOf } from "./stability.ts";

/** What `GET /models/{name}/monitoring` answers. */
export interface MonitoringReport {
  readonly model: string;
  readonly version: string;
  /** The last while. Counts under `window` are of it, those under `total` since the model was loaded. */
  readonly window: RowCounts & { readonly minutes: number };
  readonly total: RowCounts;
  /** The rows that the window is compared with; null where the file does not say how they were distributed. */
  readonly training: { readonly rows: number } | null;
  readonly features: readonly FeatureReport[];
  readonly predictions: readonly PredictionReport[];
}

export interface RowCounts {
  readonly rows: number;
  /** Of these, whose numbers were put into bins: of many rows at once one in seven, which then counts for seven. */
  readonly binnedRows: number;
  readonly predictions: number;
}

export interface FeatureReport extends Comparison {
  readonly name: string;
  readonly min?: number;
  readonly max?: number;
  readonly window: FeatureCounts;
  readonly total: FeatureCounts;
}

/** Values, by what is odd about them; refused are those for which a row was. */
export interface FeatureCounts {
  readonly missing: number;
  readonly belowMin: number;
  readonly aboveMax: number;
  readonly unseen: number;
  readonly refused: number;
}

export interface PredictionReport extends Comparison {
  /** The label's, the target's, or `score` for the score of the predicted class. */
  readonly name: string;
  readonly kind: "class" | "score" | "value";
}

export interface Comparison {
  /** Population stability index; null where there is nothing to compare, or too little. */
  readonly psi: number | null;
  /** What it would be on average without any drift. */
  readonly noise: number | null;
  readonly drift: Drift | null;
  /** Rows of the window by bin, category or class, beside those of training. */
  readonly distribution?: Distribution;
}

export interface Distribution {
  /** Between the bins: a bin's values are above the edge before it and at most its own. */
  readonly edges?: readonly number[];
  readonly categories?: readonly ClassLabel[];
  readonly classes?: readonly ClassLabel[];
  readonly training?: readonly number[];
  readonly window: readonly number[];
  /** By class, since the model was loaded. */
  readonly total?: readonly number[];
}

export interface ReportOf {
  readonly model: string;
  readonly version: string;
  readonly signature: Signature;
  readonly layout: Layout;
  readonly snapshot: MonitorSnapshot;
  readonly windowMinutes: number;
}

export function monitoringReport({ model, version, signature, layout, snapshot, windowMinutes }: ReportOf): MonitoringReport {
  const { window, total } = snapshot;
  const { features, training } = signature;
  const rows = (counts: readonly number[]): RowCounts => ({
    rows: counts[rowsAt] ?? 0,
    binnedRows: counts[binnedRowsAt] ?? 0,
    predictions: counts[predictionsAt] ?? 0,
  });
  return {
    model,
    version,
    window: { minutes: windowMinutes, ...rows(window) },
    total: rows(total),
    training: training === undefined ? null : { rows: training.rows },
    features: features.map((feature, index) =>
      featureReport(feature, layout.features[index] as FeatureSpan, training?.features[index], snapshot),
    ),
    predictions: predictionReports(signature, layout, snapshot),
  };
}

function featureReport(
  feature: Feature,
  span: FeatureSpan,
  trained: FeatureDistribution | undefined,
  { window, total }: MonitorSnapshot,
): FeatureReport {
  const { name, min, max, categories } = feature;
  const counts = (of: readonly number[]): FeatureCounts => {
    const count = (which: FeatureCounter) => of[span.at + counterAt[which]] ?? 0;
    return {
      missing: count("missing"),
      belowMin: count("below"),
      aboveMax: count("above"),
      unseen: count("unseen"),
      refused: count("refused"),
    };
  };
  const seen = countsIn(window, span.bins);
  const expected = trained?.bins?.counts ?? trained?.categories;
  const own = counts(window);
  return {
    name,
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    window: own,
    total: counts(total),
    // A missing value and one that no training row had are bins of their own.
    ...compare(
      expected && trained && [...expected, trained.missing, trained.other ?? 0],
      [...seen, own.missing, own.unseen],
      categories === undefined ? window[binnedRowsAt] : undefined,
    ),
    ...(seen.length === 0
      ? {}
      : {
          distribution: {
            ...(categories === undefined ? { edges: trained?.bins?.edges ?? [] } : { categories }),
            ...(expected === undefined ? {} : { training: expected }),
            window: seen,
          },
        }),
  };
}

function predictionReports({ task, training }: Signature, layout: Layout, { window, total }: MonitorSnapshot): PredictionReport[] {
  const outputs = "outputs" in task ? task.outputs : "classes" in task ? [{ name: "label", classes: task.classes }] : [];
  const labels = outputs.map(({ name, classes }, index): PredictionReport => {
    const span = layout.labels[index] as Span;
    const seen = countsIn(window, span);
    const expected = training?.labels?.[index];
    const distribution = { classes, ...(expected === undefined ? {} : { training: expected }), window: seen, total: countsIn(total, span) };
    return { name, kind: "class", ...compare(expected, seen), ...(seen.length === 0 ? {} : { distribution }) };
  });
  const numbers = (name: string, kind: "score" | "value", { edges, counts }: Bins, span: Span): PredictionReport => {
    const seen = countsIn(window, span);
    return {
      name,
      kind,
      ...compare(counts, seen, window[binnedPredictionsAt]),
      ...(seen.length === 0 ? {} : { distribution: { edges, training: counts, window: seen } }),
    };
  };
  const score =
    training?.score === undefined || layout.score === undefined ? [] : [numbers("score", "score", training.score, layout.score)];
  const targets = "targets" in task ? task.targets : [];
  const values = (training?.values ?? []).map((bins, index) => numbers(targets[index] ?? "", "value", bins, layout.values[index] as Span));
  return [...labels, ...score, ...values];
}

function compare(training: readonly number[] | undefined, window: readonly number[], looked?: number): Comparison {
  const stability = training === undefined || training.length !== window.length ? undefined : stabilityOf(training, window, looked);
  if (stability === undefined) return { psi: null, noise: null, drift: null };
  const { psi, noise, drift } = stability;
  return { psi: rounded(psi), noise: rounded(noise), drift };
}

/** Digits beyond these say nothing. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

function countsIn(counts: readonly number[], { at, length }: Span): readonly number[] {
  return counts.slice(at, at + length);
}
