/** How long things took, in milliseconds; null where nothing was timed. */
export interface Quantiles {
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
}

/**
 * Estimates from a histogram's buckets, as Prometheus' histogram_quantile does: within a bucket, values are taken to be spread evenly.
 * @param counts By bucket, the last one for what is above all bounds
 * @param bounds Upper ones, in seconds
 */
export function quantilesOf(counts: readonly number[], bounds: Float64Array): Quantiles {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const at = (share: number) => (total === 0 ? null : round(quantile(counts, bounds, share * total) * 1000));
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}

function quantile(counts: readonly number[], bounds: Float64Array, rank: number): number {
  let below = 0;
  for (const [index, count] of counts.entries()) {
    const upper = bounds[index];
    // Above the last bound nothing more is known.
    if (upper === undefined) break;
    if (count > 0 && below + count >= rank) {
      const lower = bounds[index - 1] ?? 0;
      return lower + ((upper - lower) * (rank - below)) / count;
    }
    below += count;
  }
  return bounds.at(-1) ?? 0;
}

/** More digits than that would claim more than a bucket knows. */
function round(milliseconds: number): number {
  return Number(milliseconds.toPrecision(3));
}
