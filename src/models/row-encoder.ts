import { SetosaError } from "../errors.ts";
import type { Feature } from "../graph/signature.ts";
import type { NumericData } from "../tensor/dtype.ts";
import { type FeatureSlot, featureSlots } from "./feature-slot.ts";
import { quote } from "./feature-value.ts";
import { suggest } from "./suggest.ts";

/** Where an input's values are written: `rows` × `width`, row-major. */
export interface EncoderTarget {
  readonly data: NumericData | string[];
  readonly width: number;
  /** For strings in numeric data: their positions; -1 for any other. */
  readonly vocabulary?: ReadonlyMap<string, number>;
}

/** Where a row stands in the request: the list's path and the row's place in it, or a path alone. */
export interface RowPlace {
  readonly path: string;
  /** Of the block's first row; undefined for a row that stands in no list. */
  readonly first: number | undefined;
}

/**
 * Checks rows of JSON against a model's features and writes them into the model's inputs.
 * A row is an object with a value for every feature, or a list of values in the features' order.
 */
export class RowEncoder {
  readonly #slots: readonly FeatureSlot[];

  constructor(features: readonly Feature[], targetOf: (input: string) => EncoderTarget) {
    this.#slots = featureSlots(features, targetOf);
  }

  /**
   * Writes `row` as row number `index` of the inputs.
   * @throws SetosaError FEATURE_MISSING, FEATURE_UNKNOWN, FEATURE_TYPE_INVALID, FEATURE_NOT_FINITE,
   *   FEATURE_NULL, CATEGORY_UNKNOWN, ROW_WIDTH_INVALID, BODY_SHAPE_INVALID
   */
  encode(row: unknown, index: number, place: RowPlace): void {
    if (Array.isArray(row)) this.#encodeList(row, index, place);
    else if (typeof row === "object" && row !== null) this.#encodeObject(row as Record<string, unknown>, index, place);
    else
      throw new SetosaError(
        "BODY_SHAPE_INVALID",
        `A row is ${row === null ? "null" : `a ${typeof row}`}, and not an object of features or a list of values.`,
        {
          path: pathOf(place, index),
          hint: `Send an object such as {${JSON.stringify(this.#slots[0]?.name ?? "")}: …}.`,
        },
      );
  }

  #encodeObject(row: Record<string, unknown>, index: number, place: RowPlace): void {
    if (!this.#encodeInOrder(row, index, place)) this.#encodeByName(row, index, place);
  }

  /**
   * The common case: an object with the features in their order and nothing else. Going through its keys costs the engines a
   * fraction of looking each of them up by name. Anything else is left to `#encodeByName`, from the start. A value that is
   * refused here would be the first to be refused there.
   */
  #encodeInOrder(row: Record<string, unknown>, index: number, place: RowPlace): boolean {
    const slots = this.#slots;
    let position = 0;
    for (const key in row) {
      const slot = slots[position++];
      if (slot === undefined || key !== slot.name) return false;
      const value = row[key];
      if (writeNumber(slot, value, index)) continue;
      if (!Object.hasOwn(row, key)) return false;
      writeChecked(slot, value, index, () => `${pathOf(place, index)}[${JSON.stringify(key)}]`);
    }
    return position === slots.length;
  }

  #encodeByName(row: Record<string, unknown>, index: number, place: RowPlace): void {
    const slots = this.#slots;
    let expected = slots.length;
    for (let position = 0; position < slots.length; position++) {
      const slot = slots[position] as FeatureSlot;
      let value = row[slot.name];
      // Numbers and strings cannot come from Object.prototype; whatever else may.
      if (typeof value !== "number" && typeof value !== "string" && !Object.hasOwn(row, slot.name)) {
        if (slot.feature.absent === undefined) throw this.#missing(row, slot, pathOf(place, index));
        value = slot.feature.absent;
        expected--;
      }
      if (!writeNumber(slot, value, index)) writeChecked(slot, value, index, () => `${pathOf(place, index)}[${JSON.stringify(slot.name)}]`);
    }
    let keys = 0;
    for (const _ in row) keys++;
    if (keys !== expected) throw this.#unknown(row, pathOf(place, index));
  }

  #encodeList(row: readonly unknown[], index: number, place: RowPlace): void {
    const slots = this.#slots;
    if (row.length !== slots.length)
      throw new SetosaError("ROW_WIDTH_INVALID", `A row has ${row.length} values, and the model has ${slots.length} features.`, {
        path: pathOf(place, index),
        hint: `Send the values of ${this.#names()}, in this order.`,
      });
    for (let position = 0; position < slots.length; position++) {
      const slot = slots[position] as FeatureSlot;
      const value: unknown = row[position];
      if (!writeNumber(slot, value, index)) writeChecked(slot, value, index, () => `${pathOf(place, index)}[${position}]`);
    }
  }

  #missing(row: Record<string, unknown>, slot: FeatureSlot, path: string): SetosaError {
    const known = new Set(this.#slots.map(({ name }) => name));
    const strangers = Object.keys(row).filter((key) => !known.has(key));
    const meant = suggest(slot.name, strangers.slice(0, 100));
    const hint = meant === undefined ? undefined : `The row has ${quote(meant)}: did you mean ${quote(slot.name)}?`;
    return new SetosaError("FEATURE_MISSING", `The feature "${slot.name}" is absent.`, {
      path: `${path}[${JSON.stringify(slot.name)}]`,
      hint: hint ?? (slot.feature.missing ? "Send null where the value is not known." : `The model takes ${this.#names()}.`),
    });
  }

  #unknown(row: Record<string, unknown>, path: string): SetosaError {
    const known = new Set(this.#slots.map(({ name }) => name));
    const stranger = Object.keys(row).find((key) => !known.has(key)) ?? "";
    const meant = suggest(stranger, known);
    return new SetosaError("FEATURE_UNKNOWN", `The model has no feature ${quote(stranger)}.`, {
      path: `${path}[${quote(stranger)}]`,
      hint: meant === undefined ? `The model takes ${this.#names()}.` : `Did you mean ${quote(meant)}?`,
    });
  }

  #names(): string {
    const some = this.#slots.slice(0, 10).map(({ name }) => quote(name));
    return `${some.join(", ")}${this.#slots.length > some.length ? ", …" : ""}`;
  }
}

function pathOf({ path, first }: RowPlace, index: number): string {
  return first === undefined ? path : `${path}[${first + index}]`;
}

/** The common case, without a closure or a call: a finite number for a float input. */
function writeNumber({ float, target, feature }: FeatureSlot, value: unknown, row: number): boolean {
  if (float === undefined || typeof value !== "number") return false;
  const place = row * target.width + feature.column;
  float[place] = value;
  const stored = float[place] as number;
  // 0 for every number that is neither infinite (as float32) nor NaN.
  return stored - stored === 0;
}

function writeChecked({ feature, target, read }: FeatureSlot, value: unknown, row: number, where: () => string): void {
  const place = row * target.width + feature.column;
  const checked = read(value, where);
  if (typeof checked === "number") target.data[place] = checked;
  else target.data[place] = target.vocabulary === undefined ? checked : (target.vocabulary.get(checked) ?? -1);
}
