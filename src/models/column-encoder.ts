import type { Feature } from "../graph/signature.ts";
import { type FeatureSlot, featureSlots } from "./feature-slot.ts";
import type { EncoderTarget } from "./row-encoder.ts";
import type { RowSource } from "./row-source.ts";

/** A feature's values for some rows, as a table has them. */
export interface Column {
  /** All of them as plain numbers, none missing; absent where they are anything else. */
  readonly numbers?: ArrayLike<number> | undefined;
  /** One of them as JSON has it: null is a missing value. */
  at(row: number): unknown;
}

/** Rows as columns, one for each feature in the signature's order; undefined for a feature that a row need not have. */
export interface ColumnRows {
  readonly columns: readonly (Column | undefined)[];
  /** Where the rows begin in the columns, and how many they are. */
  readonly from: number;
  readonly count: number;
  /** The first row's place in the whole request, for errors. */
  readonly first: number;
}

/** Checks columns as `RowEncoder` checks rows, and writes them into the model's inputs: each with a step of the input's width. */
export class ColumnEncoder {
  readonly #slots: readonly FeatureSlot[];

  constructor(features: readonly Feature[], targetOf: (input: string) => EncoderTarget) {
    this.#slots = featureSlots(features, targetOf);
  }

  /**
   * Writes `count` rows from row `from` of the columns on, as the first rows of the inputs.
   * @throws SetosaError FEATURE_TYPE_INVALID, FEATURE_NOT_FINITE, FEATURE_NULL, CATEGORY_UNKNOWN
   */
  encode({ columns, from, count, first }: ColumnRows): void {
    for (let position = 0; position < this.#slots.length; position++) {
      const slot = this.#slots[position] as FeatureSlot;
      const column = columns[position];
      if (column === undefined) writeAbsent(slot, count);
      else if (column.numbers === undefined || !writeNumbers(slot, column.numbers, from, count))
        writeChecked(slot, column, from, count, first);
    }
  }
}

/** The common case: finite numbers for a float input. @returns whether all of them were */
function writeNumbers(
  { float, target: { width }, feature }: FeatureSlot,
  numbers: ArrayLike<number>,
  from: number,
  count: number,
): boolean {
  if (float === undefined) return false;
  // Of what is infinite (as float32) or NaN the difference is NaN, and so is every sum with it.
  let sum = 0;
  for (let row = 0, place = feature.column; row < count; row++, place += width) {
    float[place] = numbers[from + row] as number;
    const stored = float[place] as number;
    sum += stored - stored;
  }
  return sum === 0;
}

function writeChecked(
  { feature, read, target: { data, width, vocabulary } }: FeatureSlot,
  column: Column,
  from: number,
  count: number,
  first: number,
) {
  for (let row = 0; row < count; row++) {
    const checked = read(column.at(from + row), () => `[${first + row}][${JSON.stringify(feature.name)}]`);
    const place = row * width + feature.column;
    if (typeof checked === "number") data[place] = checked;
    else data[place] = vocabulary === undefined ? checked : (vocabulary.get(checked) ?? -1);
  }
}

function writeAbsent({ feature, target: { data, width } }: FeatureSlot, count: number): void {
  for (let row = 0; row < count; row++) data[row * width + feature.column] = feature.absent ?? 0;
}

/** The same rows one by one, for those who want to see them. */
export function rowsOfColumns({ columns, from, count }: ColumnRows): RowSource {
  return {
    length: count,
    at: (row) => (row < count ? columns.map((column) => (column === undefined ? 0 : column.at(from + row))) : undefined),
  };
}
