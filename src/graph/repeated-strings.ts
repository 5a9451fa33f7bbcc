/** A list of strings by their positions among a few texts. */
export interface Repeated {
  readonly texts: readonly string[];
  /** At every place of the list the position of its text. */
  readonly codes: Uint8Array;
}

/**
 * The strings attribute of a long list that repeats a few texts, as a tree ensemble's modes do for every node. The list
 * itself is made for whoever asks for it.
 */
export class RepeatedStrings {
  readonly kind = "strings";
  readonly repeated: Repeated;
  #value: readonly string[] | undefined;

  constructor(repeated: Repeated) {
    this.repeated = repeated;
  }

  get value(): readonly string[] {
    this.#value ??= Array.from(this.repeated.codes, (code) => this.repeated.texts[code] as string);
    return this.#value;
  }
}
