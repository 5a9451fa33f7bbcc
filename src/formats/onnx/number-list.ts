/** What numbers are appended to: an array, or a list that keeps them as it will be asked for them. */
export interface Appendable {
  push(value: number): unknown;
}

const firstRoom = 16;

/** A growing typed array: a tree ensemble has lists of a million numbers, which an array would hold twice on the way. */
export class NumberList<Data extends Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>> implements Appendable {
  readonly #allocate: (length: number) => Data;
  #data: Data;
  #length = 0;

  constructor(allocate: (length: number) => Data) {
    this.#allocate = allocate;
    this.#data = allocate(firstRoom);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#data.length) {
      const larger = this.#allocate(this.#length * 2);
      larger.set(this.#data);
      this.#data = larger;
    }
    this.#data[this.#length++] = value;
  }

  /** The numbers in an array of their own, without the room that was kept for more. */
  toArray(): Data {
    return this.#data.slice(0, this.#length) as Data;
  }
}
