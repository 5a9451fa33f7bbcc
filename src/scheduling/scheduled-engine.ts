import type { Engine, EngineQueue, Priority, RunOptions } from "../engines/engine.ts";
import { SetosaError } from "../errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Admission } from "./admission.ts";
import { nextBatch, rowsOf } from "./batch.ts";
import type { SchedulingOptions, Time } from "./options.ts";
import { type QueuedRequest, queuedRequest } from "./request.ts";
import { RequestQueue } from "./request-queue.ts";
import { joinRows, splitRows } from "./rows.ts";

export interface ScheduledEngineOptions extends SchedulingOptions, Time {
  /** Why requests are joined, or why each runs alone although more rows are allowed, for people. */
  readonly batching: string;
}

/**
 * An engine behind a queue: bounded, by priority, with deadlines, and with the rows of requests that wait at the same time
 * run together. Results are those of each request alone, and no request is split.
 */
export class ScheduledEngine implements Engine, EngineQueue {
  readonly #engine: Engine;
  readonly #options: ScheduledEngineOptions;
  readonly #parallel: number;
  readonly #waiting = new RequestQueue();
  readonly #admission: Admission;
  readonly #refusals = new Map<string, SetosaError>();
  readonly #hears: ((rows: number) => void)[] = [];
  readonly #hearsEnd: ((rows: number, milliseconds: number) => void)[] = [];
  #running = 0;
  #closed = false;
  /** Of the timer for a batch that waits for more. */
  #cancelTimer: (() => void) | undefined;

  constructor(engine: Engine, options: ScheduledEngineOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#parallel = engine.parallel ?? 1;
    this.#admission = new Admission({
      target: options.queueMilliseconds,
      parallel: this.#parallel,
      batchRows: options.batchRows,
      now: options.now(),
    });
  }

  get kind() {
    return this.#engine.kind;
  }

  get reason(): string {
    return this.#engine.reason;
  }

  get parallel(): number {
    return this.#parallel;
  }

  get queue(): EngineQueue {
    return this;
  }

  get batching(): string {
    return this.#options.batching;
  }

  get limit(): number {
    return this.#options.queue;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  get running(): number {
    return this.#running;
  }

  onRun(listener: (rows: number) => void): void {
    this.#hears.push(listener);
  }

  onRan(listener: (rows: number, milliseconds: number) => void): void {
    this.#hearsEnd.push(listener);
  }

  check(priority: Priority = "normal"): void {
    const { requests, rows } = this.#waiting.before(priority);
    const full = this.#waiting.size >= this.#options.queue;
    if (!full && !this.#admission.isTooLong(requests, rows, this.#options.now())) return;
    throw this.#refusal(full, this.#admission.retrySeconds(rows));
  }

  run(inputs: readonly Tensor[], options: RunOptions = {}): Promise<readonly Tensor[]> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw closedError();
      options.signal?.throwIfAborted();
      // A free engine takes whatever comes.
      if (this.#waiting.size > 0 || this.#running >= this.#parallel) this.check(options.priority);
      const cancelled = (request: QueuedRequest): void => {
        this.#waiting.delete(request);
        this.#pump();
      };
      this.#waiting.add(queuedRequest(inputs, options, this.#options.now(), { resolve, reject, cancelled }));
      this.#pump();
    });
  }

  /** Fails what waits, and closes the engine. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelTimer?.();
    for (const request of this.#waiting) this.#take(request).reject(closedError());
    await this.#engine.close();
  }

  /** Begins what can begin. */
  #pump(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const { now, batchRows, batchDelay, timer } = this.#options;
    while (!this.#closed && this.#running < this.#parallel && this.#waiting.size > 0) {
      this.#dropExpired();
      const batch = nextBatch(this.#waiting, batchRows);
      const [first] = batch;
      if (first === undefined) break;
      const left = first.since + batchDelay - now();
      if (left > 0 && first.key !== undefined && rowsOf(batch) < batchRows) {
        this.#cancelTimer = timer(left, () => this.#pump());
        return;
      }
      for (const request of batch) this.#take(request);
      void this.#begin(batch);
    }
    if (this.#waiting.size === 0) this.#admission.empty(now());
  }

  /** Made once for each reason: under overload there are more refusals than answers, and making an error is most of one. */
  #refusal(full: boolean, retrySeconds: number): SetosaError {
    const key = `${full} ${retrySeconds}`;
    const known = this.#refusals.get(key);
    if (known !== undefined) return known;
    const made = full
      ? new SetosaError("OVERLOADED", `${this.limit} requests wait for the model, which is the limit.`, {
          hint: "Try again later, send fewer requests at once, or start the server with a larger --max-queue.",
          retrySeconds,
        })
      : new SetosaError("OVERLOADED", "More requests come than the model can answer.", {
          hint: "Try again later, send fewer requests, or start more servers.",
          retrySeconds,
        });
    this.#refusals.set(key, made);
    return made;
  }

  #take(request: QueuedRequest): QueuedRequest {
    this.#waiting.delete(request);
    request.leave();
    return request;
  }

  #dropExpired(): void {
    const now = this.#options.now();
    for (const request of this.#waiting) if (request.deadline <= now) this.#take(request).reject(expiredError());
  }

  async #begin(batch: readonly QueuedRequest[]): Promise<void> {
    this.#running++;
    const began = this.#options.now();
    for (const request of batch) request.began();
    for (const hear of this.#hears) hear(rowsOf(batch));
    const [only] = batch;
    if (only !== undefined && batch.length === 1) await this.#alone(only);
    else await this.#together(batch);
    this.#running--;
    const took = this.#options.now() - began;
    this.#admission.ran(rowsOf(batch), took);
    for (const hear of this.#hearsEnd) hear(rowsOf(batch), took);
    this.#pump();
  }

  async #alone(request: QueuedRequest): Promise<void> {
    try {
      request.resolve(await this.#engine.run(request.inputs));
    } catch (error) {
      request.reject(error);
    }
  }

  /** One request's fault fails a joint run, and must not fail the others': then each runs alone. */
  async #together(batch: readonly QueuedRequest[]): Promise<void> {
    const parts = await this.#runJoined(batch);
    for (const [index, request] of batch.entries()) {
      const part = parts?.[index];
      if (part !== undefined) request.resolve(part);
      else if (request.deadline <= this.#options.now()) request.reject(expiredError());
      else await this.#alone(request);
    }
  }

  async #runJoined(batch: readonly QueuedRequest[]): Promise<readonly (readonly Tensor[])[] | undefined> {
    try {
      const outputs = await this.#engine.run(joinRows(batch.map(({ inputs }) => inputs)));
      return splitRows(
        outputs,
        batch.map(({ rows }) => rows),
      );
    } catch {
      return undefined;
    }
  }
}

function expiredError(): SetosaError {
  return new SetosaError("DEADLINE_EXCEEDED", "The request's time was over before its turn came.", {
    hint: "Send fewer requests at once, or allow more time (X-Request-Timeout-Ms up to the server's --deadline-ms).",
  });
}

function closedError(): SetosaError {
  return new SetosaError("ENGINE_FAILED", "The model was closed before it answered.");
}
