/** Counts of numbers: `counts[i]` of them are above `edges[i - 1]` and at most `edges[i]`; the first and the last bin are open. */
export interface Bins {
  /** Ascending; one less than there are counts. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/** How a feature's values were distributed. */
export interface FeatureDistribution {
  /** How many rows had no value. */
  readonly missing: number;
  /** Of a number. */
  readonly bins?: Bins;
  /** In the order of the feature's categories. */
  readonly categories?: readonly number[];
  /** How many values were none of the categories. */
  readonly other?: number;
}

/** How the rows that a model was saved with, and its answers to them, were distributed. */
export interface TrainingDistribution {
  readonly rows: number;
  /** In the order of the signature's features. */
  readonly features: readonly FeatureDistribution[];
  /** Counts by class, for each label of a row. */
  readonly labels?: readonly (readonly number[])[];
  /** Of the predicted class's score. */
  readonly score?: Bins;
  /** Of each target. */
  readonly values?: readonly Bins[];
}
