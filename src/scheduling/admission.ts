/** A queue that has not been empty for so many milliseconds is not a burst that passes. */
const burstMilliseconds = 100;
/** So many requests may always wait, however long they take: so many clients, of whom each waits for its answer, are no overload. */
const leastWaiting = 64;
/** How much of the average the newest run is. */
const newest = 0.2;
const longestRetrySeconds = 60;

export interface AdmissionOptions {
  /** Milliseconds that a standing queue is held to. */
  readonly target: number;
  /** Runs that go on at once. */
  readonly parallel: number;
  /** Rows of a full run. */
  readonly batchRows: number;
  /** The time. */
  readonly now: number;
}

/**
 * Says how long the wait would be, and whether a queue is too long, as CoDel does it ("Controlling Queue Delay",
 * Nichols and Jacobson, 2012): a queue that empties again and again may be as long as it is, because it takes up bursts;
 * one that stands only makes everybody wait, and is held to a wait that is short. Unlike CoDel, which drops what has waited,
 * this refuses what comes: at once, before anything was done for it.
 */
export class Admission {
  readonly #target: number;
  readonly #parallel: number;
  readonly #batchRows: number;
  /** Milliseconds that the engine needs for a row; undefined before its first run. */
  #row: number | undefined;
  #emptyAt: number;

  constructor({ target, parallel, batchRows, now }: AdmissionOptions) {
    this.#target = target;
    this.#parallel = parallel;
    this.#batchRows = batchRows;
    this.#emptyAt = now;
  }

  /** Nobody waits. */
  empty(now: number): void {
    this.#emptyAt = now;
  }

  /** A run of so many rows has ended. */
  ran(rows: number, milliseconds: number): void {
    const row = milliseconds / rows / this.#parallel;
    this.#row = this.#row === undefined ? row : this.#row + (row - this.#row) * newest;
  }

  /** Milliseconds that one more request waits behind so many rows, as far as is known. */
  wait(rowsBefore: number): number {
    return rowsBefore * (this.#row ?? 0);
  }

  /** Whether one more request behind so many, with so many rows, would make a queue that stands too long. */
  isTooLong(requestsBefore: number, rowsBefore: number, now: number): boolean {
    if (now - this.#emptyAt <= burstMilliseconds) return false;
    // The next run of each thread has to be full, and not to wait for requests.
    if (requestsBefore < leastWaiting || rowsBefore < this.#batchRows * this.#parallel) return false;
    return this.wait(rowsBefore) > this.#target;
  }

  /** Whole seconds until what waits now is served. */
  retrySeconds(rowsBefore: number): number {
    return Math.min(longestRetrySeconds, Math.max(1, Math.ceil(this.wait(rowsBefore) / 1000)));
  }
}
