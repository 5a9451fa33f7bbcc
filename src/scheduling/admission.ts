/** A queue that has not been empty for so many milliseconds is not a burst that passes. */
const burstMilliseconds = 100;
/** A run, and one more that is ready when it ends: with less the engine would wait for requests. */
const leastRuns = 2;
/** How much of the average the newest run is. */
const newest = 0.2;
const longestRetrySeconds = 60;

/**
 * Says how long the wait would be, and whether a queue is too long, as CoDel does it ("Controlling Queue Delay",
 * Nichols and Jacobson, 2012): a queue that empties again and again may be as long as it is, because it takes up bursts;
 * one that stands only makes everybody wait, and is held to a wait that is short. Unlike CoDel, which drops what has waited,
 * this refuses what comes: at once, before anything was done for it.
 */
export class Admission {
  readonly #target: number;
  /** Milliseconds that the engine needs for a row, and that a run takes; undefined before the first. */
  #row: number | undefined;
  #run: number | undefined;
  #emptyAt: number;

  /** @param target Milliseconds that a standing queue is held to */
  constructor(target: number, now: number) {
    this.#target = target;
    this.#emptyAt = now;
  }

  /** Nobody waits. */
  empty(now: number): void {
    this.#emptyAt = now;
  }

  /** A run of so many rows has ended, of which `parallel` go on at once. */
  ran(rows: number, milliseconds: number, parallel: number): void {
    const row = milliseconds / rows / parallel;
    this.#row = this.#row === undefined ? row : this.#row + (row - this.#row) * newest;
    this.#run = this.#run === undefined ? milliseconds : this.#run + (milliseconds - this.#run) * newest;
  }

  /** Milliseconds that one more request waits behind so many rows, as far as is known. */
  wait(rowsBefore: number): number {
    return rowsBefore * (this.#row ?? 0);
  }

  /** Whether one more request behind so many rows would make a queue that stands too long. */
  isTooLong(rowsBefore: number, now: number): boolean {
    if (now - this.#emptyAt <= burstMilliseconds) return false;
    return this.wait(rowsBefore) > Math.max(this.#target, leastRuns * (this.#run ?? 0));
  }

  /** Whole seconds until what waits now is served. */
  retrySeconds(rowsBefore: number): number {
    return Math.min(longestRetrySeconds, Math.max(1, Math.ceil(this.wait(rowsBefore) / 1000)));
  }
}
