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

/** One request whose phases are timed. All times are milliseconds of one clock. */
export class PhaseSample {
  readonly startedAt: number;
  readonly receivedAt: number;
  readonly #now: () => number;
  predictedAt = 0;
  timing: ModelTiming | undefined;
  rows = 0;

  constructor(now: () => number, startedAt: number, receivedAt: number) {
    this.#now = now;
    this.startedAt = startedAt;
    this.receivedAt = receivedAt;
  }

  /** The model has predicted: it is this sample's observer. */
  answered(rows: readonly unknown[], _: unknown, { wait, infer }: ModelTiming): void {
    this.predictedAt = this.#now();
    this.timing = { wait, infer };
    this.rows = rows.length;
  }
}

/** How many requests there are to one whose phases are timed: reading the clock six times costs as much as a small model. */
export const sampleEvery = 16;

/** Chooses requests at random, so that no rhythm of a client's is caught or missed. */
export class Sampler {
  readonly #random: () => number;
  #left = 1;

  /** @param random From 0 to 1 */
  constructor(random: () => number) {
    this.#random = random;
  }

  next(): boolean {
    if (--this.#left > 0) return false;
    // On average `sampleEvery`, from 1 to its double less one.
    this.#left = 1 + Math.floor(this.#random() * (2 * sampleEvery - 1));
    return true;
  }
}
