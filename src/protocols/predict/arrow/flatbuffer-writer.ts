/** What a field of a table holds; a table, a string or a vector stands behind it, and the field says how far. */
export type FlatField =
  | { readonly kind: "uint8" | "int16" | "int32" | "int64"; readonly value: number }
  | { readonly kind: "table"; readonly value: FlatFields }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "tables"; readonly value: readonly FlatFields[] }
  /** Structs of two longs. */
  | { readonly kind: "pairs"; readonly value: readonly (readonly [number, number])[] };

/** The fields of a table by their position in the schema; undefined for one that is absent. */
export type FlatFields = readonly (FlatField | undefined)[];

const sizes = { uint8: 1, int16: 2, int32: 4, int64: 8, table: 4, string: 4, tables: 4, pairs: 4 } as const;
const encoder = new TextEncoder();

/** Writes a FlatBuffers message (https://flatbuffers.dev/internals/) from its beginning to its end, padded to 8 bytes. */
export function flatMessage(root: FlatFields): Uint8Array {
  const writer = new FlatWriter();
  writer.message(root);
  return writer.bytes();
}

class FlatWriter {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  bytes(): Uint8Array {
    this.#align(8);
    return this.#bytes.slice(0, this.#length);
  }

  message(root: FlatFields): void {
    this.#room(4);
    // Before the view is looked at: a table may need a larger one.
    const table = this.#table(root);
    this.#view.setUint32(0, table, true);
  }

  /** @returns where it begins */
  #table(fields: FlatFields): number {
    // The places of the fields within the table, behind the four bytes that lead to their list; the widest first need no padding, but
    // tables of a few fields are not worth the sorting.
    let size = 4;
    const places = fields.map((field) => {
      if (field === undefined) return 0;
      size = Math.ceil(size / sizes[field.kind]) * sizes[field.kind];
      const place = size;
      size += sizes[field.kind];
      return place;
    });
    this.#align(2);
    const list = this.#room(4 + fields.length * 2);
    this.#align(8);
    const table = this.#room(size);
    this.#view.setUint16(list, 4 + fields.length * 2, true);
    this.#view.setUint16(list + 2, size, true);
    for (const [index, place] of places.entries()) this.#view.setUint16(list + 4 + index * 2, place, true);
    this.#view.setInt32(table, table - list, true);
    for (const [index, field] of fields.entries()) if (field !== undefined) this.#field(table + (places[index] as number), field);
    return table;
  }

  #field(at: number, field: FlatField): void {
    switch (field.kind) {
      case "uint8":
        this.#view.setUint8(at, field.value);
        return;
      case "int16":
        this.#view.setInt16(at, field.value, true);
        return;
      case "int32":
        this.#view.setInt32(at, field.value, true);
        return;
      case "int64":
        this.#view.setBigInt64(at, BigInt(field.value), true);
        return;
      default: {
        const target = this.#behind(field);
        this.#view.setUint32(at, target - at, true);
      }
    }
  }

  #behind(field: Exclude<FlatField, { readonly kind: "uint8" | "int16" | "int32" | "int64" }>): number {
    switch (field.kind) {
      case "table":
        return this.#table(field.value);
      case "string": {
        const text = encoder.encode(field.value);
        this.#align(4);
        const start = this.#room(4 + text.length + 1);
        this.#view.setUint32(start, text.length, true);
        this.#bytes.set(text, start + 4);
        return start;
      }
      case "tables": {
        this.#align(4);
        const start = this.#room(4 + field.value.length * 4);
        this.#view.setUint32(start, field.value.length, true);
        for (const [index, fields] of field.value.entries()) {
          const at = start + 4 + index * 4;
          const target = this.#table(fields);
          this.#view.setUint32(at, target - at, true);
        }
        return start;
      }
      case "pairs": {
        // What is counted has to be aligned to 8, so the count stands 4 before that.
        this.#align(8);
        const start = this.#room(8 + field.value.length * 16) + 4;
        this.#view.setUint32(start, field.value.length, true);
        for (const [index, [first, second]] of field.value.entries()) {
          this.#view.setBigInt64(start + 4 + index * 16, BigInt(first), true);
          this.#view.setBigInt64(start + 12 + index * 16, BigInt(second), true);
        }
        return start;
      }
    }
  }

  #align(size: number): void {
    this.#room((size - (this.#length % size)) % size);
  }

  /** @returns where so many zeroed bytes begin */
  #room(bytes: number): number {
    const start = this.#length;
    this.#length += bytes;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return start;
  }
}
