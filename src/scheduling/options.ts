/** How requests wait for a model. */
export interface SchedulingOptions {
  /** Requests that wait at the most; one more is refused. */
  readonly queue: number;
  /** Milliseconds that a queue which does not empty is held to; see `Admission`. */
  readonly queueMilliseconds: number;
  /** Rows that are run together at the most; 1 runs every request alone. */
  readonly batchRows: number;
  /** Milliseconds that a request waits for others while the engine is free. With 0 only those are joined that wait anyway. */
  readonly batchDelay: number;
}

export const defaultScheduling: SchedulingOptions = { queue: 256, queueMilliseconds: 50, batchRows: 32, batchDelay: 0 };

/** Time, as it is passed in. */
export interface Time {
  /** Milliseconds, of a clock that never goes back. */
  readonly now: () => number;
  /** Calls back after milliseconds; gives a function that cancels. */
  readonly timer: (milliseconds: number, callback: () => void) => () => void;
}
