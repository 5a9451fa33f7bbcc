/** Milliseconds in which a worker's ends are counted. */
export const restartWindow = 10 * 60_000;
export const defaultMaxRestarts = 10;

/** Tells a worker that ends now and again from one that will not stop ending. */
export class RestartLimit {
  readonly #most: number;
  readonly #ends: number[] = [];

  /** @param most restarts of one worker within the window */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * @param now milliseconds of a clock that never goes back
   * @returns whether the worker has used up its restarts
   */
  ended(now: number): boolean {
    this.#ends.push(now);
    while ((this.#ends[0] ?? now) < now - restartWindow) this.#ends.shift();
    return this.#ends.length > this.#most;
  }
}
