/**
 * Attributes that are long lists, in the few bytes that tables of trees need. The list in its usual form is made for
 * whoever asks for it.
 */

/** A list of strings by their positions among a few texts. */
export interface Repeated {
  readonly texts: readonly string[];
  /** At every place of the list the position of its text. */
  readonly codes: Uint8Array;
}

/** Strings that repeat a few texts, as a tree ensemble's modes do for every node. */
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

/** Integers that all are an int32. */
export class SmallIntegers {
  readonly kind = "ints";
  readonly int32: Int32Array;
  #value: Float64Array | undefined;

  constructor(int32: Int32Array) {
    this.int32 = int32;
  }

  get value(): Float64Array {
    this.#value ??= new Float64Array(this.int32);
    return this.#value;
  }
}
