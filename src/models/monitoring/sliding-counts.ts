/** Of the window: what is counted is forgotten in steps of a twelfth. */
export const slices = 12;

/** Counters since the start, and of the last while. */
export class SlidingCounts {
  readonly #size: number;
  readonly #sliceMilliseconds: number;
  /** By number of the slice modulo `slices`; an absent one has counted nothing. */
  readonly #ring: (Float64Array | undefined)[] = new Array<undefined>(slices).fill(undefined);
  /** What has left the window. */
  readonly #forgotten: Float64Array;
  #slice: number;
  #ends: number;
  /** Where to count what belongs to the last call of `at`. */
  current: Float64Array;

  constructor(size: number, windowMilliseconds: number, now: number) {
    this.#size = size;
    this.#sliceMilliseconds = windowMilliseconds / slices;
    this.#forgotten = new Float64Array(size);
    this.#slice = Math.floor(now / this.#sliceMilliseconds);
    this.#ends = (this.#slice + 1) * this.#sliceMilliseconds;
    this.current = this.#begin();
  }

  /** Where to count now. */
  at(now: number): Float64Array {
    if (now >= this.#ends) this.#forward(now);
    return this.current;
  }

  /** Since the start. */
  total(now: number): number[] {
    return this.#sum(now, [...this.#ring, this.#forgotten]);
  }

  /** Of the slice under way and the eleven before it. */
  window(now: number): number[] {
    return this.#sum(now, this.#ring);
  }

  #sum(now: number, parts: readonly (Float64Array | undefined)[]): number[] {
    this.at(now);
    const sum = new Array<number>(this.#size).fill(0);
    for (const part of parts)
      if (part !== undefined) for (let index = 0; index < this.#size; index++) (sum[index] as number) += part[index] as number;
    return sum;
  }

  #forward(now: number): void {
    const slice = Math.floor(now / this.#sliceMilliseconds);
    // After a longer pause everything leaves.
    for (let left = Math.min(slices, slice - this.#slice), next = slice - left + 1; next <= slice; next++) this.#forget(next % slices);
    this.#slice = slice;
    this.#ends = (slice + 1) * this.#sliceMilliseconds;
    this.current = this.#begin();
  }

  #forget(place: number): void {
    const old = this.#ring[place];
    if (old === undefined) return;
    for (let index = 0; index < this.#size; index++) (this.#forgotten[index] as number) += old[index] as number;
    old.fill(0);
  }

  #begin(): Float64Array {
    const place = this.#slice % slices;
    const counts = this.#ring[place] ?? new Float64Array(this.#size);
    this.#ring[place] = counts;
    return counts;
  }
}
