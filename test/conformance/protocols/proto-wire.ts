import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { type Field, messages, type Scalar } from "./proto-messages.ts";

/** Messages as JSON: bytes as hexadecimal, int64 as numbers, what has its default left out. */
export type Json = Readonly<Record<string, unknown>>;

const wireTypes: Readonly<Record<Scalar, WireType>> = {
  bool: WireType.Varint,
  int32: WireType.Varint,
  int64: WireType.Varint,
  uint32: WireType.Varint,
  uint64: WireType.Varint,
  string: WireType.LengthDelimited,
  bytes: WireType.LengthDelimited,
  float: WireType.Bit32,
  double: WireType.Bit64,
};

export function encode(message: string, value: Json): Uint8Array {
  const writer = new BinaryWriter();
  const fields = fieldsOf(message);
  for (const [name, given] of Object.entries(value)) {
    const field = fields.find((one) => one.name === name);
    if (field === undefined) throw new Error(`${message} has no field ${name}`);
    if (field.map)
      for (const [key, entry] of Object.entries(given as Json)) {
        writer.tag(field.number, WireType.LengthDelimited).fork();
        writer.tag(1, WireType.LengthDelimited).string(key);
        writeField(writer, { ...field, number: 2 }, entry);
        writer.join();
      }
    else if (field.repeated && isPacked(field)) {
      writer.tag(field.number, WireType.LengthDelimited).fork();
      for (const element of given as readonly unknown[]) writeScalar(writer, field.type as Scalar, element);
      writer.join();
    } else for (const element of field.repeated ? (given as readonly unknown[]) : [given]) writeField(writer, field, element);
  }
  return writer.finish();
}

export function decode(message: string, bytes: Uint8Array): Json {
  const reader = new BinaryReader(bytes);
  const fields = fieldsOf(message);
  const value: Record<string, unknown> = {};
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    const field = fields.find((one) => one.number === number);
    if (field === undefined) throw new Error(`${message} has no field ${number}`);
    if (field.map) {
      const entry = decodeEntry(field, reader.bytes());
      value[field.name] = { ...(value[field.name] as Json | undefined), ...entry };
    } else if (field.repeated) {
      const list = (value[field.name] as unknown[] | undefined) ?? [];
      value[field.name] = list;
      if (isPacked(field) && wire === WireType.LengthDelimited) {
        const end = reader.uint32() + reader.pos;
        while (reader.pos < end) list.push(readScalar(reader, field.type as Scalar));
      } else list.push(readField(reader, field));
    } else value[field.name] = readField(reader, field);
  }
  return value;
}

function decodeEntry(field: Field, bytes: Uint8Array): Json {
  const reader = new BinaryReader(bytes);
  let key = "";
  let value: unknown;
  while (reader.pos < reader.len) {
    const [number] = reader.tag();
    if (number === 1) key = reader.string();
    else value = readField(reader, field);
  }
  return { [key]: value };
}

function fieldsOf(message: string): readonly Field[] {
  const fields = messages.get(message);
  if (fields === undefined) throw new Error(`there is no message ${message}`);
  return fields;
}

function isScalar(type: string): type is Scalar {
  return Object.hasOwn(wireTypes, type);
}

function isPacked({ type }: Field): boolean {
  return isScalar(type) && wireTypes[type] !== WireType.LengthDelimited;
}

function writeField(writer: BinaryWriter, { number, type }: Field, value: unknown): void {
  if (!isScalar(type)) {
    writer.tag(number, WireType.LengthDelimited).bytes(encode(type, value as Json));
    return;
  }
  writer.tag(number, wireTypes[type]);
  writeScalar(writer, type, value);
}

function writeScalar(writer: BinaryWriter, type: Scalar, value: unknown): void {
  switch (type) {
    case "bool":
      writer.bool(value as boolean);
      return;
    case "string":
      writer.string(value as string);
      return;
    case "bytes":
      writer.bytes(Buffer.from(value as string, "hex"));
      return;
    default:
      writer[type](value as number);
  }
}

function readField(reader: BinaryReader, { type }: Field): unknown {
  return isScalar(type) ? readScalar(reader, type) : decode(type, reader.bytes());
}

function readScalar(reader: BinaryReader, type: Scalar): unknown {
  const value = reader[type]();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  // int64 comes as a bigint, and stays within what a number holds here.
  return typeof value === "bigint" || (typeof value === "string" && type !== "string") ? Number(value) : value;
}
