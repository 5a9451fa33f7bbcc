import type { Latency } from "../result.ts";

/** Values below this are counted one by one; above, the resolution is a thousandth of the value, as in HdrHistogram. */
const linear = 2048;
const half = linear / 2;
/** One unit is 100 ns: 2^31 of them are 214 seconds. */
const unitsPerMillisecond = 10_000;
const greatestUnits = 2 ** 31 - 1;
const buckets = indexOf(greatestUnits) + 1;

/** Latencies with three significant digits, in constant memory; histograms of threads and rounds add up exactly. */
export class LatencyHistogram {
  readonly #counts: Float64Array;
  #count = 0;
  #sum = 0;
  #least = Number.POSITIVE_INFINITY;
  #greatest = 0;

  constructor() {
    this.#counts = new Float64Array(buckets);
  }

  record(milliseconds: number): void {
    const units = Math.min(greatestUnits, Math.max(0, Math.round(milliseconds * unitsPerMillisecond)));
    const index = indexOf(units);
    this.#counts[index] = (this.#counts[index] as number) + 1;
    this.#count++;
    this.#sum += milliseconds;
    if (milliseconds < this.#least) this.#least = milliseconds;
    if (milliseconds > this.#greatest) this.#greatest = milliseconds;
  }

  get count(): number {
    return this.#count;
  }

  add(other: HistogramData): void {
    for (const [index, count] of other.buckets) this.#counts[index] = (this.#counts[index] ?? 0) + count;
    this.#count += other.count;
    this.#sum += other.sum;
    this.#least = Math.min(this.#least, other.least);
    this.#greatest = Math.max(this.#greatest, other.greatest);
  }

  /** As plain data, for another thread. */
  data(): HistogramData {
    return { buckets: this.#filled(), count: this.#count, sum: this.#sum, least: this.#least, greatest: this.#greatest };
  }

  /** The least value that `share` of all are at most, in milliseconds; 0 where nothing was recorded. */
  percentile(share: number): number {
    const wanted = Math.max(1, Math.ceil(share * this.#count));
    let seen = 0;
    for (let index = 0; index < buckets; index++) {
      seen += this.#counts[index] as number;
      if (seen >= wanted) return Math.min(upperEdge(index), this.#greatest);
    }
    return 0;
  }

  latency(): Latency {
    const empty = this.#count === 0;
    return {
      mean: empty ? 0 : this.#sum / this.#count,
      least: empty ? 0 : this.#least,
      p50: this.percentile(0.5),
      p75: this.percentile(0.75),
      p90: this.percentile(0.9),
      p95: this.percentile(0.95),
      p99: this.percentile(0.99),
      p999: this.percentile(0.999),
      greatest: this.#greatest,
    };
  }

  /** Bars that are not empty, by their upper edge; `resolution` of them for each doubling. */
  bars(resolution = 16): { readonly milliseconds: number; readonly count: number }[] {
    const bars = new Map<number, number>();
    for (const [index, count] of this.#filled()) {
      const edge = 2 ** (Math.ceil(Math.log2(upperEdge(index)) * resolution) / resolution);
      bars.set(edge, (bars.get(edge) ?? 0) + count);
    }
    return [...bars].map(([milliseconds, count]) => ({ milliseconds, count }));
  }

  #filled(): [number, number][] {
    const filled: [number, number][] = [];
    for (let index = 0; index < buckets; index++) {
      const count = this.#counts[index] as number;
      if (count > 0) filled.push([index, count]);
    }
    return filled;
  }
}

export interface HistogramData {
  readonly buckets: readonly (readonly [index: number, count: number])[];
  readonly count: number;
  readonly sum: number;
  readonly least: number;
  readonly greatest: number;
}

function indexOf(units: number): number {
  if (units < linear) return units;
  const shift = 21 - Math.clz32(units);
  return shift * half + (units >>> shift);
}

/** The greatest value of a bucket, in milliseconds. */
function upperEdge(index: number): number {
  if (index < linear) return Math.max(1, index) / unitsPerMillisecond;
  const shift = Math.floor(index / half) - 1;
  const units = (index - shift * half + 1) * 2 ** shift - 1;
  return units / unitsPerMillisecond;
}
