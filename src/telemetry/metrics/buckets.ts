/**
 * Upper bounds of histograms. They are fixed: workers' counts can be added up, and finding one costs a few comparisons.
 *
 * Steps of 1, 2 and 5 in each power of ten keep an interpolated quantile within a factor of two and a half at the very worst, from
 * about as many series as other servers spend on milliseconds alone.
 */
export const buckets = {
  /** Seconds, 1 µs to 10 s: a compiled model answers in tens of microseconds, a deep one in hundreds of milliseconds. */
  duration: decades(-6, 1),
  /** Seconds that the event loop is late. Timers have a resolution of 1 ms, so nothing below it can be told apart. */
  lag: decades(-3, 1),
  /** Seconds of one garbage collection: 100 µs to 1 s. */
  pause: decades(-4, 0),
  /** Rows of a request: one to the default limit. */
  rows: decades(0, 5),
  /** Rows of a batch: batches grow by doubling. */
  batch: Float64Array.from({ length: 13 }, (_, power) => 2 ** power),
} as const;

export type BucketName = keyof typeof buckets;

/** 1, 2, 5 × 10^first … 10^last. */
function decades(first: number, last: number): Float64Array {
  const bounds: number[] = [];
  // Parsed from text: 5 * 10 ** -6 is 4.9999999999999996e-6, which nobody wants to read in a label.
  for (let power = first; power < last; power++) for (const step of [1, 2, 5]) bounds.push(Number(`${step}e${power}`));
  bounds.push(Number(`1e${last}`));
  return Float64Array.from(bounds);
}
