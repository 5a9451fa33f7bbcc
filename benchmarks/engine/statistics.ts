/** A median over rounds with an interval that holds the true one in 95 % of cases. */
export interface Estimate {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The median and its interval by order statistics: how many of `n` values lie below the true median is binomial,
 * whatever their distribution. Fewer than six values give no such interval: all of them is then the best there is.
 */
export function estimate(values: readonly number[]): Estimate {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  const rank = intervalRank(n);
  return { median: middle(sorted), low: sorted[rank] ?? Number.NaN, high: sorted[n - 1 - rank] ?? Number.NaN };
}

/** The largest rank (from 0) with at most 2.5 % of the binomial distribution below it. */
function intervalRank(n: number): number {
  let probability = 0.5 ** n;
  let below = 0;
  for (let rank = 0; rank < n; rank++) {
    below += probability;
    if (below > 0.025) return Math.max(0, rank - 1);
    probability *= (n - rank) / (rank + 1);
  }
  return 0;
}

export function median(values: readonly number[]): number {
  return middle([...values].sort((a, b) => a - b));
}

function middle(sorted: readonly number[]): number {
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

/** How many times the other's time is of one's own, round by round: above 1, one is faster. */
export function ratios(own: readonly number[], other: readonly number[]): number[] {
  return own.slice(0, other.length).map((time, round) => (other[round] as number) / time);
}

export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
