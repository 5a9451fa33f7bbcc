/** Chooses a share of requests at random, with one random number for each chosen one instead of each request. */
export class ShareSampler {
  readonly #share: number;
  readonly #random: () => number;
  #left: number;

  /**
   * @param share From 0 to 1
   * @param random From 0 to 1
   */
  constructor(share: number, random: () => number) {
    this.#share = share;
    this.#random = random;
    this.#left = this.#gap();
  }

  next(): boolean {
    if (--this.#left > 0) return false;
    this.#left = this.#gap();
    return true;
  }

  /** How many requests there are to the next chosen one: geometrically distributed, as if each was chosen on its own. */
  #gap(): number {
    if (this.#share >= 1) return 1;
    if (this.#share <= 0) return Number.POSITIVE_INFINITY;
    return 1 + Math.floor(Math.log(1 - this.#random()) / Math.log(1 - this.#share));
  }
}
