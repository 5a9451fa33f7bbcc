/** What `POST …/explain` answers to one row (docs/wire/explain.md). */
export interface Explanation {
  readonly method: string;
  readonly output: "probability" | "margin" | "value";
  readonly base_values: Readonly<Record<string, number>>;
  readonly explanations: readonly {
    readonly prediction: unknown;
    readonly contributions: Readonly<Record<string, Readonly<Record<string, number>>>>;
  }[];
}

export interface Contribution {
  readonly feature: string;
  readonly value: number;
  /** From -1 to 1, beside the largest. */
  readonly share: number;
}

export interface LabelContributions {
  readonly base: number;
  /** What base and contributions come to: the model's own output. */
  readonly total: number;
  /** The largest first. */
  readonly shown: readonly Contribution[];
  /** How many features are not shown, and what they come to together. */
  readonly others: { readonly count: number; readonly value: number };
}

/** Features that are shown: what moves a prediction less is not read anyway. */
const mostShown = 12;

/** What moved one label's output, as it is drawn. */
export function labelContributions(explanation: Explanation, label: string): LabelContributions {
  const base = explanation.base_values[label] ?? 0;
  const entries = Object.entries(explanation.explanations[0]?.contributions[label] ?? {});
  const sorted = entries.sort(([, one], [, other]) => Math.abs(other) - Math.abs(one));
  const most = Math.abs(sorted[0]?.[1] ?? 0);
  const hidden = sorted.slice(mostShown);
  return {
    base,
    // What rounding adds to a sum is not the model's.
    total: Number(entries.reduce((sum, [, value]) => sum + value, base).toPrecision(9)),
    shown: sorted.slice(0, mostShown).map(([feature, value]) => ({ feature, value, share: most === 0 ? 0 : value / most })),
    others: { count: hidden.length, value: hidden.reduce((sum, [, value]) => sum + value, 0) },
  };
}

/** The label that is looked at first: the class that was predicted, else the first. */
export function firstLabel({ base_values: labels, explanations }: Explanation): string {
  const predicted = String(explanations[0]?.prediction);
  const names = Object.keys(labels);
  return names.includes(predicted) ? predicted : (names[0] ?? "");
}
