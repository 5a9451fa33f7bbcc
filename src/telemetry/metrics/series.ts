/** One set of label values of a metric. Whoever counts holds on to it: counting then looks nothing up and allocates nothing. */
export interface Series {
  /** A counter's or gauge's one value; a histogram's counts by bucket, and after them the sum. Undefined: nothing to say. */
  read(): readonly number[] | undefined;
}

export class Counter implements Series {
  #value = 0;

  increment(): void {
    this.#value++;
  }

  /** @param amount 0 or more */
  add(amount: number): void {
    this.#value += amount;
  }

  /** For what something else counts already. A counter never goes back. */
  set(total: number): void {
    this.#value = total;
  }

  read(): readonly number[] {
    return [this.#value];
  }
}

export class Gauge implements Series {
  #value = Number.NaN;

  set(value: number): void {
    this.#value = value;
  }

  read(): readonly number[] | undefined {
    return Number.isFinite(this.#value) ? [this.#value] : undefined;
  }
}

export class Histogram implements Series {
  readonly #bounds: Float64Array;
  /** Counts by bucket, those above the last bound, and the sum: one array, as a field would hold each new sum in a box of its own. */
  readonly #cells: Float64Array;

  constructor(bounds: Float64Array) {
    this.#bounds = bounds;
    this.#cells = new Float64Array(bounds.length + 2);
  }

  /** @param value In the metric's unit, finite */
  observe(value: number): void {
    const bounds = this.#bounds;
    const cells = this.#cells;
    let low = 0;
    let high = bounds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (value <= (bounds[middle] as number)) high = middle;
      else low = middle + 1;
    }
    (cells[low] as number)++;
    (cells[bounds.length + 1] as number) += value;
  }

  read(): readonly number[] {
    return [...this.#cells];
  }
}
