import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** A protobuf field and its undecoded content. */
interface Field {
  readonly field: number;
  readonly wire: WireType;
  readonly content: Uint8Array;
}

/** Integers that have broken readers before: lengths, dimensions, types, positions. */
const integers = [0n, 1n, -1n, 127n, 128n, 255n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n)];

/** A good model file changed a few times: in its bytes, or in its fields with the lengths around them put right. */
export function mutate(file: Uint8Array, others: readonly Uint8Array[], random: () => number): Uint8Array {
  let changed = file;
  for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes--)
    changed = random() < 0.6 ? mutateFields(changed, random, 0) : mutateBytes(changed, others, random);
  return changed;
}

function below(limit: number, random: () => number): number {
  return Math.floor(random() * limit);
}

export function mutateBytes(file: Uint8Array, others: readonly Uint8Array[], random: () => number): Uint8Array {
  const at = below(file.length + 1, random);
  const end = Math.min(file.length, at + below(64, random));
  const kind = random();
  if (kind < 0.2) return file.subarray(0, at);
  if (kind < 0.3) return joined(file.subarray(0, at), file.subarray(end));
  if (kind < 0.4) return joined(file.subarray(0, at), file.subarray(at, end), file.subarray(at));
  if (kind < 0.6) {
    const other = others[below(others.length, random)] ?? file;
    const from = below(other.length, random);
    return joined(file.subarray(0, at), other.subarray(from, from + below(256, random)), file.subarray(end));
  }
  const copy = Uint8Array.from(file);
  for (let flips = 1 + below(8, random); flips > 0; flips--) {
    const place = below(copy.length, random);
    copy[place] = random() < 0.5 ? (copy[place] ?? 0) ^ (1 << below(8, random)) : below(256, random);
  }
  return copy;
}

/** Goes down into a message at random and drops, repeats, moves or changes one of its fields. */
function mutateFields(message: Uint8Array, random: () => number, depth: number): Uint8Array {
  const fields = fieldsOf(message);
  if (fields === undefined || fields.length === 0) return message;
  const at = below(fields.length, random);
  const chosen = fields[at] as Field;
  if (chosen.wire === WireType.LengthDelimited && depth < 8 && random() < 0.7) {
    const inner = mutateFields(chosen.content, random, depth + 1);
    return encoded(fields.with(at, { ...chosen, content: inner }));
  }
  const kind = random();
  if (kind < 0.25) return encoded(fields.toSpliced(at, 1));
  if (kind < 0.4) return encoded(fields.toSpliced(at, 0, chosen));
  if (kind < 0.5) return encoded(fields.toSpliced(at, 1).toSpliced(below(fields.length, random), 0, chosen));
  if (kind < 0.65) return encoded(fields.with(at, { ...chosen, field: 1 + below(26, random) }));
  return encoded(fields.with(at, changedContent(chosen, random)));
}

function changedContent({ field, wire, content }: Field, random: () => number): Field {
  if (wire === WireType.Varint) {
    const value = integers[below(integers.length, random)] ?? 0n;
    return { field, wire, content: new BinaryWriter().int64(value).finish() };
  }
  const copy = Uint8Array.from(content);
  if (copy.length > 0) copy[below(copy.length, random)] = below(256, random);
  return { field, wire, content: random() < 0.5 ? copy : copy.subarray(0, below(copy.length + 1, random)) };
}

function fieldsOf(message: Uint8Array): Field[] | undefined {
  const reader = new BinaryReader(message);
  const fields: Field[] = [];
  try {
    while (reader.pos < reader.len) {
      const [field, wire] = reader.tag();
      const content = wire === WireType.LengthDelimited ? reader.bytes() : reader.skip(wire, field);
      fields.push({ field, wire, content });
    }
    return fields;
  } catch {
    return undefined;
  }
}

function encoded(fields: readonly Field[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const { field, wire, content } of fields)
    if (wire === WireType.LengthDelimited) writer.tag(field, wire).bytes(content);
    else writer.tag(field, wire).raw(content);
  return writer.finish();
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
