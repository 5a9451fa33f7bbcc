import { SetosaError } from "../errors.ts";

let current: ElementBudget | undefined;

/** How many elements an evaluation may make in all: a few nodes of a file can ask for more than a machine has. */
export class ElementBudget {
  #left: number;

  constructor(elements: number) {
    this.#left = elements;
  }

  /** Runs `action`, which is synchronous, with this budget, and that of whoever runs this. */
  run<T>(action: () => T): T {
    const outer = current;
    const both = outer === undefined ? this : new ElementBudget(Math.min(this.#left, outer.#left));
    const before = both.#left;
    current = both;
    try {
      return action();
    } finally {
      current = outer;
      const used = before - both.#left;
      if (both !== this) this.#left -= used;
      if (outer !== undefined) outer.#left -= used;
    }
  }

  /** @throws SetosaError MODEL_SHAPE_INVALID when the budget of the evaluation under way is spent */
  static charge(elements: number): void {
    if (current === undefined) return;
    current.#left -= elements;
    if (current.#left < 0) throw new SetosaError("MODEL_SHAPE_INVALID", `The model asks for more elements than it may: ${elements} more.`);
  }
}
