/** The time as RFC 3339 has it, to the millisecond, in UTC. All but the milliseconds is the same for a second, and kept. */
export class Timestamps {
  readonly #wallClock: () => number;
  #second = Number.NaN;
  /** `2026-11-25T19:40:12.` */
  #prefix = "";

  /** @param wallClock Milliseconds since 1970 */
  constructor(wallClock: () => number) {
    this.#wallClock = wallClock;
  }

  now(): string {
    const time = Math.floor(this.#wallClock());
    const second = Math.floor(time / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#prefix = new Date(second * 1000).toISOString().slice(0, 20);
    }
    const rest = time - second * 1000;
    return `${this.#prefix}${rest < 10 ? "00" : rest < 100 ? "0" : ""}${rest}Z`;
  }
}
