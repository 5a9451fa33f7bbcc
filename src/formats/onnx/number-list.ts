/** A list of numbers that is read run by run: every run is counted before it is read, so that it has its room at once. */
export class NumberList<Data extends Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>> {
  readonly #allocate: (length: number) => Data;
  #data: Data | undefined;
  #length = 0;

  constructor(allocate: (length: number) => Data) {
    this.#allocate = allocate;
  }

  get length(): number {
    return this.#length;
  }

  /** Room for `count` more numbers, which the caller writes. */
  append(count: number): Data {
    const start = this.#length;
    this.#length += count;
    if (this.#data === undefined) this.#data = this.#allocate(count);
    else if (this.#length > this.#data.length) {
      // Doubled, as a list may come in many runs of one number.
      const larger = this.#allocate(Math.max(this.#length, start * 2));
      larger.set(this.#data);
      this.#data = larger;
    }
    return this.#data.subarray(start, this.#length) as Data;
  }

  /** The numbers in an array of their own, without the room that was kept for more. */
  toArray(): Data {
    const data = this.#data ?? this.#allocate(0);
    return this.#length === data.length ? data : (data.slice(0, this.#length) as Data);
  }
}

export type FloatList = NumberList<Float32Array<ArrayBuffer>>;
export type DoubleList = NumberList<Float64Array<ArrayBuffer>>;

export function floatList(): FloatList {
  return new NumberList((length) => new Float32Array(length));
}

/** Doubles, or integers. */
export function doubleList(): DoubleList {
  return new NumberList((length) => new Float64Array(length));
}
