import { SmallIntegers } from "../../graph/compact-lists.ts";
import type { Attribute } from "../../graph/graph.ts";

type Numbers = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

/** A list of numbers that is read run by run: the reader takes room for as many as a run can have, and says how many came. */
export class NumberList<Data extends Numbers> {
  readonly #allocate: (length: number) => Data;
  #data: Data | undefined;
  #length = 0;

  constructor(allocate: (length: number) => Data) {
    this.#allocate = allocate;
  }

  get length(): number {
    return this.#length;
  }

  /** Room for `most` more numbers. */
  room(most: number): Data {
    const length = this.#length + most;
    if (this.#data === undefined) this.#data = this.#allocate(most);
    else if (length > this.#data.length) {
      // Doubled, as a list may come in many runs of one number.
      const larger = this.#allocate(Math.max(length, this.#length * 2));
      larger.set(this.#data.subarray(0, this.#length));
      this.#data = larger;
    }
    return this.#data.subarray(this.#length, length) as Data;
  }

  /** Takes the first `count` numbers of the room that was asked for last. */
  take(count: number): void {
    this.#length += count;
  }

  push(value: number): void {
    this.room(1)[0] = value;
    this.#length++;
  }

  /** The numbers without much room for more. */
  toArray(): Data {
    const data = this.#data ?? this.#allocate(0);
    if (this.#length === data.length) return data;
    return (this.#length > data.length * fullEnough ? data.subarray(0, this.#length) : data.slice(0, this.#length)) as Data;
  }
}

/** A share of the room from which it is not worth another copy to be rid of the rest. */
const fullEnough = 0.9;

export type FloatList = NumberList<Float32Array<ArrayBuffer>>;
export type DoubleList = NumberList<Float64Array<ArrayBuffer>>;

export function floatList(): FloatList {
  return new NumberList((length) => new Float32Array(length));
}

export function doubleList(): DoubleList {
  return new NumberList((length) => new Float64Array(length));
}

/** Shorter lists are kept in their usual form. */
const longList = 64;

/** Integers, as int32 until one comes that is none. */
export class IntegerList {
  readonly #small = new NumberList((length) => new Int32Array(length));
  #wide: DoubleList | undefined;

  get length(): number {
    return this.#wide?.length ?? this.#small.length;
  }

  /** Where int32 can be written; undefined once the list has other integers. */
  get small(): NumberList<Int32Array<ArrayBuffer>> | undefined {
    return this.#wide === undefined ? this.#small : undefined;
  }

  push(value: number): void {
    if (this.#wide === undefined) {
      if ((value | 0) === value) {
        this.#small.push(value);
        return;
      }
      this.#wide = doubleList();
      this.#wide.room(this.#small.length).set(this.#small.toArray());
      this.#wide.take(this.#small.length);
    }
    this.#wide.push(value);
  }

  toDoubles(): Float64Array<ArrayBuffer> {
    return this.#wide?.toArray() ?? new Float64Array(this.#small.toArray());
  }

  toAttribute(): Attribute {
    if (this.#wide === undefined && this.#small.length >= longList) return new SmallIntegers(this.#small.toArray());
    return { kind: "ints", value: this.toDoubles() };
  }
}
