/**
 * Long work in the thread that serves: it works for a moment, lets everything that has come have its turn, and goes on.
 * Work that waits for its next turn takes turns with other long work, so that however much of it there is, the others wait
 * for one moment of it.
 */
export interface Turns {
  /** Milliseconds, of a clock that never goes back. */
  now(): number;
  /** Resolves when everything else has had its turn. */
  next(): Promise<void>;
  /**
   * Whether long work can begin; then `leave` has to be called when it has ended.
   * @throws SetosaError OVERLOADED
   */
  enter(): void;
  leave(): void;
}

/** Milliseconds of work between two waits. */
const momentMilliseconds = 2;

/** Counts the time of one piece of long work. */
export class Moments {
  readonly #turns: Turns;
  #since: number;

  constructor(turns: Turns) {
    this.#turns = turns;
    this.#since = turns.now();
  }

  /** Undefined while there is time; else a promise to wait for before going on. */
  pause(): Promise<void> | undefined {
    if (this.#turns.now() - this.#since < momentMilliseconds) return undefined;
    return this.#turns.next().then(() => {
      this.#since = this.#turns.now();
    });
  }
}
