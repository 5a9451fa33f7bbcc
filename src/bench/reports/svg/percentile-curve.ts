import type { Total } from "../../result.ts";

/** A place on the curve: `share` of all answers took at most `milliseconds`. */
export interface CurvePoint {
  readonly share: number;
  readonly milliseconds: number;
}

/**
 * The curve of a latency distribution, ascending. It ends with the slowest answer, whose share is all but one answer's
 * half: at 1 the axis of a percentile plot has no end.
 */
export function percentileCurve({ histogram, latency }: Pick<Total, "histogram" | "latency">): CurvePoint[] {
  const bars = histogram.filter(({ count }) => count > 0);
  const all = bars.reduce((sum, { count }) => sum + count, 0);
  if (all === 0) return [];
  let seen = 0;
  const points = bars.map(({ milliseconds, count }) => {
    seen += count;
    // A bar's edge may be above the slowest answer in it.
    return { share: Math.min(seen / all, 1 - 0.5 / all), milliseconds: Math.min(milliseconds, latency.greatest) };
  });
  return [{ share: 0, milliseconds: latency.least }, ...points];
}

/** Where a share stands on the axis of a percentile plot: as many answers have one that is slower. 0.99 is 100. */
export function oneIn(share: number): number {
  return 1 / (1 - share);
}
