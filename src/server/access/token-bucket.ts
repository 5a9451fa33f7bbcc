/** Lets requests through at a rate, with a burst of them at once: each takes a token, and tokens come back with time. */
export class TokenBucket {
  readonly #perMillisecond: number;
  readonly #most: number;
  #tokens: number;
  #at: number;

  /**
   * @param rate Requests per second
   * @param burst Requests at once, after a pause; at least 1
   * @param now Milliseconds, of a clock that never goes back
   */
  constructor(rate: number, burst: number, now: number) {
    this.#perMillisecond = rate / 1000;
    this.#most = Math.max(1, burst);
    this.#tokens = this.#most;
    this.#at = now;
  }

  /** @returns 0 where the request may pass, else the milliseconds after which the next one may */
  take(now: number): number {
    this.#tokens = Math.min(this.#most, this.#tokens + (now - this.#at) * this.#perMillisecond);
    this.#at = now;
    if (this.#tokens >= 1) {
      this.#tokens--;
      return 0;
    }
    return (1 - this.#tokens) / this.#perMillisecond;
  }
}
