import { notArrow } from "./arrow-error.ts";
import type { FlatTable } from "./flatbuffer.ts";

/** How the values of a column lie in memory. */
export type ArrowType =
  | { readonly kind: "int"; readonly bits: 8 | 16 | 32 | 64; readonly signed: boolean }
  | { readonly kind: "float"; readonly bits: 16 | 32 | 64 }
  | { readonly kind: "bool" }
  | { readonly kind: "text"; readonly large: boolean };

export interface ArrowField {
  readonly name: string;
  /** Of the values, where they are in a dictionary. */
  readonly type: ArrowType;
  /** Of the dictionary that holds the values, and of the indices into it. */
  readonly dictionary?: { readonly id: number; readonly index: ArrowType } | undefined;
}

/** Union `Type` of Schema.fbs, for messages. */
const typeNames = (
  "none null int float binary utf8 bool decimal date time timestamp interval list struct union fixed_size_binary fixed_size_list map " +
  "duration large_binary large_utf8 large_list run_end_encoded binary_view utf8_view list_view large_list_view"
).split(" ");

const mostFields = 20_000;

/**
 * The columns that a schema message announces.
 * @throws SetosaError BODY_SHAPE_INVALID, RangeError for damage
 */
export function readSchema(schema: FlatTable): readonly ArrowField[] {
  if (schema.int16(0) !== 0) throw notArrow("its numbers are big-endian", "Write it as little-endian.");
  const fields = schema.tables(1);
  if (fields.length > mostFields) throw notArrow(`it has ${fields.length} columns`);
  return fields.map(readField);
}

function readField(field: FlatTable): ArrowField {
  const name = field.string(0) ?? "";
  const type = readType(field.uint8(2), field.table(3), name);
  const dictionary = field.table(4);
  if (dictionary === undefined) return { name, type };
  const index = dictionary.table(1);
  return { name, type, dictionary: { id: dictionary.long(0), index: index === undefined ? defaultIndex : readInt(index) } };
}

/** "If this field is null, the indices must be signed int32." */
const defaultIndex: ArrowType = { kind: "int", bits: 32, signed: true };

function readType(tag: number, table: FlatTable | undefined, name: string): ArrowType {
  const kind = typeNames[tag];
  if (table !== undefined) {
    if (kind === "int") return readInt(table);
    if (kind === "float") return { kind: "float", bits: floatBits(table.int16(0)) };
    if (kind === "bool") return { kind: "bool" };
    if (kind === "utf8" || kind === "large_utf8") return { kind: "text", large: kind === "large_utf8" };
  }
  throw notArrow(
    `the column ${JSON.stringify(name.slice(0, 80))} has the type ${kind ?? "unknown"}`,
    "Columns can be integers, floats, bool, utf8, large_utf8, or dictionaries of these: cast it before it is written.",
  );
}

function readInt(table: FlatTable): ArrowType {
  const bits = table.int32(0);
  if (bits !== 8 && bits !== 16 && bits !== 32 && bits !== 64) throw notArrow(`an integer has ${bits} bits`);
  return { kind: "int", bits, signed: table.bool(1) };
}

function floatBits(precision: number): 16 | 32 | 64 {
  if (precision === 0) return 16;
  if (precision === 1) return 32;
  if (precision === 2) return 64;
  throw notArrow(`a float has the precision ${precision}`);
}
