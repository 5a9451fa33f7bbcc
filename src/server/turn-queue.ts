import { SetosaError } from "../errors.ts";
import type { Turns } from "../models/turns.ts";

/** Large requests that are worked on, at the most. */
const mostUnderWay = 64;

export interface TurnQueueOptions {
  readonly now: () => number;
  /** Calls back after everything that had come was handled. */
  readonly endOfTurn: (callback: () => void) => void;
}

/** One piece of long work in each turn of the event loop. */
export class TurnQueue implements Turns {
  readonly now: () => number;
  readonly #endOfTurn: TurnQueueOptions["endOfTurn"];
  readonly #waiting: (() => void)[] = [];
  #underWay = 0;

  constructor({ now, endOfTurn }: TurnQueueOptions) {
    this.now = now;
    this.#endOfTurn = endOfTurn;
  }

  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) this.#endOfTurn(this.#step);
    });
  }

  enter(): void {
    if (this.#underWay >= mostUnderWay)
      throw new SetosaError("OVERLOADED", `${this.#underWay} large requests are under way, which is the limit.`, {
        hint: "Try again later, or send fewer rows in one request.",
      });
    this.#underWay++;
  }

  leave(): void {
    this.#underWay--;
  }

  readonly #step = (): void => {
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) this.#endOfTurn(this.#step);
  };
}
