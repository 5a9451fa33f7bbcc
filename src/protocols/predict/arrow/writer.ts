import { type FlatField, type FlatFields, flatMessage } from "./flatbuffer-writer.ts";
import { headers } from "./messages.ts";

/** A column of the tables that are written. */
export interface OutputColumn {
  readonly name: string;
  /** Whether there may be nulls in it. */
  readonly nullable?: boolean;
  readonly type:
    | "float32"
    | "float64"
    | "int64"
    | "bool"
    | "text"
    /** Positions (int32) in a list of texts, which goes ahead. */
    | { readonly texts: readonly string[] };
}

/** A column's bytes for some rows, in pieces that follow each other without a gap; of a bool column a byte for each row. */
export type ColumnBytes = readonly Uint8Array[];

/** A column's values where it may hold nulls, or texts. */
export interface ColumnParts {
  /** A byte for each row, 0 where its value is null; undefined where none is. */
  readonly valid: Uint8Array | undefined;
  /** Of texts, where each begins and the last ends: int32. */
  readonly offsets?: Uint8Array;
  readonly values: ColumnBytes;
}

/** V5, the one of Arrow 1.0 and later. */
const version: FlatField = { kind: "int16", value: 4 };
const endOfStream = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);
const padding = new Uint8Array(8);
const encoder = new TextEncoder();

/** Schema and dictionaries: what a stream begins with. */
export function writeSchema(columns: readonly OutputColumn[]): readonly Uint8Array[] {
  const fields = columns.map(schemaField);
  const schema: FlatFields = [undefined, { kind: "tables", value: fields }];
  const parts = [...encapsulated(headers.schema, schema, [])];
  for (const [id, { type }] of columns.entries()) {
    if (typeof type === "string") continue;
    const { offsets, data } = textBytes(type.texts);
    const body = [{ bytes: [] }, { bytes: [offsets] }, { bytes: data }];
    const batch = recordBatch(type.texts.length, [0], body);
    parts.push(
      ...encapsulated(
        headers.dictionaryBatch,
        [
          { kind: "int64", value: id },
          { kind: "table", value: batch },
        ],
        body,
      ),
    );
  }
  return parts;
}

/** A record batch. */
export function writeBatch(
  rows: number,
  columns: readonly OutputColumn[],
  values: readonly (ColumnBytes | ColumnParts)[],
): readonly Uint8Array[] {
  const body = columns.flatMap(({ type }, index) => {
    const { valid, offsets, values: bytes } = partsOf(values[index] as ColumnBytes | ColumnParts);
    return [
      // The bitmap of a column without nulls is left out.
      { bytes: valid === undefined ? [] : [packBits([valid], rows)] },
      ...(offsets === undefined ? [] : [{ bytes: [offsets] }]),
      { bytes: type === "bool" ? [packBits(bytes, rows)] : bytes },
    ];
  });
  const nulls = columns.map((_, index) => countNulls(partsOf(values[index] as ColumnBytes | ColumnParts).valid));
  return encapsulated(headers.recordBatch, recordBatch(rows, nulls, body), body);
}

export function writeEnd(): Uint8Array {
  return endOfStream;
}

function partsOf(values: ColumnBytes | ColumnParts): ColumnParts {
  return "values" in values && !Array.isArray(values) ? (values as ColumnParts) : { valid: undefined, values: values as ColumnBytes };
}

function countNulls(valid: Uint8Array | undefined): number {
  return valid === undefined ? 0 : valid.reduce((sum, isValid) => sum + (isValid === 0 ? 1 : 0), 0);
}

interface BodyBuffer {
  readonly bytes: ColumnBytes;
}

function lengthOf({ bytes }: BodyBuffer): number {
  return bytes.reduce((sum, part) => sum + part.length, 0);
}

function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}

function recordBatch(rows: number, nulls: readonly number[], body: readonly BodyBuffer[]): FlatFields {
  let offset = 0;
  const buffers = body.map((buffer) => {
    const [start, length] = [offset, lengthOf(buffer)];
    offset += padded(length);
    return [start, length] as const;
  });
  return [
    { kind: "int64", value: rows },
    { kind: "pairs", value: nulls.map((count) => [rows, count] as const) },
    { kind: "pairs", value: buffers },
  ];
}

/** https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format */
function encapsulated(type: number, header: FlatFields, body: readonly BodyBuffer[]): readonly Uint8Array[] {
  const bodyLength = body.reduce((sum, buffer) => sum + padded(lengthOf(buffer)), 0);
  const message = flatMessage([
    version,
    { kind: "uint8", value: type },
    { kind: "table", value: header },
    { kind: "int64", value: bodyLength },
  ]);
  const start = new Uint8Array(8 + message.length);
  const view = new DataView(start.buffer);
  view.setUint32(0, 0xffffffff, true);
  view.setUint32(4, message.length, true);
  start.set(message, 8);
  const parts: Uint8Array[] = [start];
  for (const buffer of body) {
    for (const bytes of buffer.bytes) parts.push(bytes);
    const length = lengthOf(buffer);
    if (length < padded(length)) parts.push(padding.subarray(0, padded(length) - length));
  }
  return parts;
}

/** `Field` of Schema.fbs. */
function schemaField({ name, type, nullable = false }: OutputColumn, id: number): FlatFields {
  const start: FlatFields = [
    { kind: "string", value: name },
    { kind: "uint8", value: nullable ? 1 : 0 },
  ];
  const children: FlatField = { kind: "tables", value: [] };
  if (typeof type === "string") return [...start, ...schemaType(type), undefined, children];
  const dictionary: FlatField = { kind: "table", value: [{ kind: "int64", value: id }, intType(32)] };
  return [...start, { kind: "uint8", value: 5 }, { kind: "table", value: [] }, dictionary, children];
}

/** The tag of union `Type`, and its table. */
function schemaType(type: Extract<OutputColumn["type"], string>): FlatFields {
  switch (type) {
    case "float32":
    case "float64":
      return [
        { kind: "uint8", value: 3 },
        { kind: "table", value: [{ kind: "int16", value: type === "float32" ? 1 : 2 }] },
      ];
    case "text":
      return [
        { kind: "uint8", value: 5 },
        { kind: "table", value: [] },
      ];
    case "int64":
      return [{ kind: "uint8", value: 2 }, intType(64)];
    case "bool":
      return [
        { kind: "uint8", value: 6 },
        { kind: "table", value: [] },
      ];
  }
}

function intType(bits: number): FlatField {
  return {
    kind: "table",
    value: [
      { kind: "int32", value: bits },
      { kind: "uint8", value: 1 },
    ],
  };
}

function textBytes(texts: readonly string[]): { readonly offsets: Uint8Array; readonly data: ColumnBytes } {
  const parts = texts.map((text) => encoder.encode(text));
  const offsets = new Int32Array(texts.length + 1);
  for (const [index, part] of parts.entries()) offsets[index + 1] = (offsets[index] as number) + part.length;
  return { offsets: new Uint8Array(offsets.buffer), data: parts };
}

function packBits(parts: ColumnBytes, rows: number): Uint8Array {
  const bits = new Uint8Array(Math.ceil(rows / 8));
  let row = 0;
  for (const part of parts)
    for (const byte of part) {
      if (byte !== 0) bits[row >> 3] = (bits[row >> 3] as number) | (1 << (row & 7));
      row++;
    }
  return bits;
}
