import { type Repeated, RepeatedStrings } from "../../graph/compact-lists.ts";
import type { Attribute } from "../../graph/graph.ts";

/** A list of strings that is read run by run. */
export class StringList {
  readonly #texts: string[] = [];
  #repeated: RepeatedStrings | undefined;

  get length(): number {
    return this.#repeated?.repeated.codes.length ?? this.#texts.length;
  }

  append(text: string): void {
    this.#spread();
    this.#texts.push(text);
  }

  /** A whole run at once. */
  appendRepeated(run: Repeated): void {
    this.#spread();
    const strings = new RepeatedStrings(run);
    if (this.#texts.length === 0) this.#repeated = strings;
    else for (const text of strings.value) this.#texts.push(text);
  }

  toAttribute(): Attribute {
    return this.#repeated ?? { kind: "strings", value: this.#texts };
  }

  /** A list of several runs is kept as texts. */
  #spread(): void {
    const before = this.#repeated;
    this.#repeated = undefined;
    if (before !== undefined) for (const text of before.value) this.#texts.push(text);
  }
}
