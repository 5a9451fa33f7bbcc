import type { Registry } from "./registry.ts";
import type { Histogram } from "./series.ts";

/** Of a prediction, in milliseconds, as its model tells it. */
export interface ModelTiming {
  readonly wait: number;
  readonly infer: number;
}

/** Where the time of one model's predictions goes. */
export class PhaseSeries {
  readonly #read: Histogram;
  readonly #decode: Histogram;
  readonly #queue: Histogram;
  readonly #infer: Histogram;
  readonly #encode: Histogram;
  readonly #rows: Histogram;

  constructor(registry: Registry, model: string) {
    const phase = (name: string) => registry.histogram("setosa_request_phase_duration_seconds", { model, phase: name });
    this.#read = phase("read");
    this.#decode = phase("decode");
    this.#queue = phase("queue");
    this.#infer = phase("infer");
    this.#encode = phase("encode");
    this.#rows = registry.histogram("setosa_request_rows", { model });
  }

  observe({ startedAt, receivedAt, predictedAt, timing, rows }: PhaseSample, answeredAt: number): void {
    // Failed before it was predicted.
    if (timing === undefined) return;
    const { wait, infer } = timing;
    this.#read.observe((receivedAt - startedAt) / 1000);
    this.#decode.observe(Math.max(0, predictedAt - receivedAt - wait - infer) / 1000);
    this.#queue.observe(wait / 1000);
    this.#infer.observe(infer / 1000);
    this.#encode.observe((answeredAt - predictedAt) / 1000);
    this.#rows.observe(rows);
  }
}

/** Requests with so many rows take turns with others. */
const manyRows = 500;

/** One request whose phases are timed. All times are milliseconds of one clock. */
export class PhaseSample {
  readonly startedAt: number;
  readonly receivedAt: number;
  readonly #now: () => number;
  predictedAt = 0;
  timing: ModelTiming | undefined;
  rows = 0;
  #fewestRows = 0;

  constructor(now: () => number, startedAt: number, receivedAt: number) {
    this.#now = now;
    this.startedAt = startedAt;
    this.receivedAt = receivedAt;
  }

  /** Not of this request is what has few rows. What another one with many rows is told of it, this one is told of that one. */
  expectMany(): void {
    this.#fewestRows = manyRows;
  }

  /** The model has predicted: it is this sample's observer. */
  answered(rows: { readonly length: number }, _: unknown, { wait, infer }: ModelTiming): void {
    if (rows.length < this.#fewestRows) return;
    this.predictedAt = this.#now();
    this.timing = { wait, infer };
    this.rows = rows.length;
  }

  /** The same of a model of tensors, whose first dimension is the rows of its request. */
  ran(inputs: readonly { readonly shape: readonly number[] }[], _: unknown, timing: ModelTiming): void {
    this.answered({ length: inputs[0]?.shape[0] ?? 1 }, undefined, timing);
  }
}

/** Milliseconds from one request whose phases are timed to the next, on average: 100 a second, however many there are. */
const gapMilliseconds = 10;
/** After so long without one the next request is timed, so that it takes no time to notice that there are fewer requests than before. */
const longestGap = 100;
const mostSkipped = 10_000;

/**
 * Chooses the requests whose phases are timed: every one of a few, and of many at random, so that no rhythm of a client's is
 * caught or missed. Timing one costs as much as a small model does.
 */
export class Sampler {
  readonly #random: () => number;
  /** One in so many. */
  #every = 1;
  #skip = 0;
  #skipped = 0;
  #lastAt = Number.NEGATIVE_INFINITY;

  /** @param random From 0 to 1 */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** @param at When the request began, in milliseconds of a clock that never goes back */
  next(at: number): boolean {
    if (this.#skipped < this.#skip && at - this.#lastAt < longestGap) {
      this.#skipped++;
      return false;
    }
    this.#choose(at - this.#lastAt);
    this.#lastAt = at;
    return true;
  }

  #choose(gap: number): void {
    const wanted = ((this.#skipped + 1) * gapMilliseconds) / Math.max(gap, 1e-3);
    // Half of the way each time: gaps are random.
    this.#every = Math.min(mostSkipped, Math.max(1, (this.#every + wanted) / 2));
    // From 0 to twice the average.
    this.#skip = Math.round(this.#random() * 2 * (this.#every - 1));
    this.#skipped = 0;
  }
}
