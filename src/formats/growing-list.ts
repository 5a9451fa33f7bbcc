type Numbers = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

const firstRoom = 64;

/** A typed array that grows: lists of a million numbers, without an array of numbers on the way. */
export class GrowingList<Data extends Numbers> {
  readonly #allocate: (length: number) => Data;
  #data: Data;
  length = 0;

  constructor(allocate: (length: number) => Data) {
    this.#allocate = allocate;
    this.#data = allocate(firstRoom);
  }

  push(value: number): void {
    if (this.length === this.#data.length) {
      const larger = this.#allocate(this.length * 2);
      larger.set(this.#data);
      this.#data = larger;
    }
    this.#data[this.length++] = value;
  }

  /** Writes over a number that is there. */
  set(index: number, value: number): void {
    this.#data[index] = value;
  }

  toArray(): Data {
    return this.#data.slice(0, this.length) as Data;
  }
}
