export type Random = () => number;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

const resamples = 10_000;

/**
 * The percentile bootstrap's 95 % interval of the median (Efron and Tibshirani, An Introduction to the Bootstrap, 13.3).
 * @param values One or more
 */
export function medianInterval(values: readonly number[], random: Random): readonly [low: number, high: number] {
  const medians = Float64Array.from({ length: resamples }, () =>
    median(values.map(() => values[Math.floor(random() * values.length)] as number)),
  ).sort();
  return [medians[Math.floor(resamples * 0.025)] as number, medians[Math.ceil(resamples * 0.975) - 1] as number];
}

/** In place, each order as likely as any other (Fisher and Yates). */
export function shuffle<T>(values: T[], random: Random): T[] {
  for (let last = values.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [values[last], values[other]] = [values[other] as T, values[last] as T];
  }
  return values;
}

/** mulberry32: small, seedable, and good enough to shuffle and to resample. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
