import type { Model } from "./model.ts";
import type { BatchTotals, StatisticsTotals, Totals } from "./statistics-totals.ts";

/** How often, and how long together. */
export class DurationSum {
  count = 0;
  milliseconds = 0;

  add(milliseconds: number): void {
    this.count++;
    this.milliseconds += Math.max(0, milliseconds);
  }

  /** Whole nanoseconds, as the protocols that ask for these write them. */
  get totals(): Totals {
    return { count: this.count, ns: Math.round(this.milliseconds * 1e6) };
  }
}

/** Sizes of batches that are told apart. A request that is larger than a batch runs alone, and may have any number of rows. */
const mostBatchSizes = 256;

/** What was asked of a model in protocols that tell of it: what Triton's statistics extension counts. */
export class ModelStatistics {
  /** Rows (runs, of a model of tensors) of the requests that were answered. */
  inferences = 0;
  /** Milliseconds since 1970; 0 where there was none. */
  last = 0;
  readonly success = new DurationSum();
  readonly fail = new DurationSum();
  readonly queue = new DurationSum();
  readonly input = new DurationSum();
  readonly infer = new DurationSum();
  readonly output = new DurationSum();
  /** By their rows, of a model whose requests are put together. */
  readonly #batches = new Map<number, DurationSum>();
  #runs = 0;
  readonly #queued: boolean;
  readonly #clocks: Clocks;

  constructor({ engine: { queue } }: Pick<Model, "engine">, clocks: Clocks) {
    this.#clocks = clocks;
    this.#queued = queue !== undefined;
    queue?.onRun(() => {
      this.#runs++;
    });
    queue?.onRan((rows, milliseconds) => {
      if (this.#batches.size < mostBatchSizes && !this.#batches.has(rows)) this.#batches.set(rows, new DurationSum());
      this.#batches.get(rows)?.add(milliseconds);
    });
  }

  /** Runs of the engine: fewer than requests where a queue puts several of them together. */
  get executions(): number {
    return this.#queued ? this.#runs : this.success.count;
  }

  /** As plain data, to be added up with those of other processes. */
  get totals(): StatisticsTotals {
    const { inferences, executions, last } = this;
    const batches = [...this.#batches].map(([rows, infer]): BatchTotals => ({ rows, infer: infer.totals }));
    return {
      inferences,
      executions,
      last,
      success: this.success.totals,
      fail: this.fail.totals,
      queue: this.queue.totals,
      input: this.input.totals,
      infer: this.infer.totals,
      output: this.output.totals,
      batches: batches.sort((one, other) => one.rows - other.rows),
    };
  }

  /** A request that begins now. */
  begin(): RequestTimes {
    return new RequestTimes(this, this.#clocks);
  }
}

/** Milliseconds. */
export interface Clocks {
  /** From any start. */
  monotonic(): number;
  /** Since 1970. */
  wall(): number;
}

/** The moments of one request, each told when it is there. What is not told took no time. */
export class RequestTimes {
  readonly #statistics: ModelStatistics;
  readonly #clocks: Clocks;
  readonly #started: number;
  #decoded: number;
  #began: number | undefined;
  #inferred: number;

  constructor(statistics: ModelStatistics, clocks: Clocks) {
    this.#statistics = statistics;
    this.#clocks = clocks;
    this.#started = clocks.monotonic();
    this.#decoded = this.#started;
    this.#inferred = this.#started;
  }

  /** The tensors are there. */
  decoded(): void {
    this.#decoded = this.#clocks.monotonic();
  }

  /** The engine has begun; not to be told where it answers in the calling thread. */
  began(): void {
    this.#began = this.#clocks.monotonic();
  }

  /** The answer is there. */
  inferred(): void {
    this.#inferred = this.#clocks.monotonic();
  }

  /** The answer is written: of so many rows. */
  answered(rows: number): void {
    const statistics = this.#statistics;
    const now = this.#clocks.monotonic();
    const began = this.#began ?? this.#decoded;
    statistics.inferences += rows;
    statistics.last = this.#clocks.wall();
    statistics.success.add(now - this.#started);
    statistics.input.add(this.#decoded - this.#started);
    statistics.queue.add(began - this.#decoded);
    statistics.infer.add(this.#inferred - began);
    statistics.output.add(now - this.#inferred);
  }

  failed(): void {
    this.#statistics.fail.add(this.#clocks.monotonic() - this.#started);
  }
}

/** The statistics of all models of a process, made when they are asked for, and gone with the model. */
export class StatisticsBook {
  readonly #clocks: Clocks;
  readonly #byModel = new WeakMap<Model, ModelStatistics>();

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
  }

  of(model: Model): ModelStatistics {
    const known = this.#byModel.get(model);
    if (known !== undefined) return known;
    const made = new ModelStatistics(model, this.#clocks);
    this.#byModel.set(model, made);
    return made;
  }
}
