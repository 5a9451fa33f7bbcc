/** Lets so many through in a time, and counts the others: a fault that every request meets must not fill a disk. */
export class RateLimit {
  readonly #most: number;
  readonly #milliseconds: number;
  readonly #now: () => number;
  #began = Number.NEGATIVE_INFINITY;
  #let = 0;
  #held = 0;

  /**
   * @param most In each `milliseconds`
   * @param now Milliseconds of a clock that never goes back
   */
  constructor(most: number, milliseconds: number, now: () => number) {
    this.#most = most;
    this.#milliseconds = milliseconds;
    this.#now = now;
  }

  /** How many were held back since the last one that was let through; undefined where this one is held back. */
  next(): number | undefined {
    const now = this.#now();
    if (now - this.#began >= this.#milliseconds) {
      this.#began = now;
      this.#let = 0;
    }
    if (this.#let >= this.#most) {
      this.#held++;
      return undefined;
    }
    this.#let++;
    const held = this.#held;
    this.#held = 0;
    return held;
  }
}
