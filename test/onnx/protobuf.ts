import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** Protobuf messages field by field, for files that no exporter would write. */

export type Field = (writer: BinaryWriter) => unknown;

export function message(...fields: readonly Field[]): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  for (const field of fields) field(writer);
  return writer.finish();
}

export function varint(field: number, value: number | bigint): Field {
  return (writer) => writer.tag(field, WireType.Varint).int64(value);
}

export function bytes(field: number, content: Uint8Array): Field {
  return (writer) => writer.tag(field, WireType.LengthDelimited).bytes(content);
}

export function text(field: number, content: string): Field {
  return bytes(field, new TextEncoder().encode(content));
}

export function float(field: number, value: number): Field {
  return (writer) => writer.tag(field, WireType.Bit32).float(value);
}

export function double(field: number, value: number): Field {
  return (writer) => writer.tag(field, WireType.Bit64).double(value);
}

/** A field inside a message of its own. */
export function nested(field: number, ...fields: readonly Field[]): Field {
  return bytes(field, message(...fields));
}

/** Groups in groups, a form of protobuf that no current writer uses. */
export function groups(field: number, depth: number): Field {
  return (writer) => {
    for (let level = 0; level < depth; level++) writer.tag(field, WireType.StartGroup);
    for (let level = 0; level < depth; level++) writer.tag(field, WireType.EndGroup);
  };
}

/** A length-delimited field that says it is longer than it is. */
export function overlong(field: number, length: number): Field {
  return (writer) => writer.tag(field, WireType.LengthDelimited).uint32(length);
}
