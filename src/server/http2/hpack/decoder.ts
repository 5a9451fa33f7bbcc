import { decodeHuffman } from "./huffman.ts";
import { staticTable } from "./static-table.ts";

/** A header block that cannot be read: nothing on its connection can be any more (RFC 9113, 4.3). */
export class HpackFault extends Error {}

type Field = readonly [name: string, value: string];

/** What an entry counts beyond its name and value (RFC 7541, 4.1). */
const overhead = 32;

/** Bytes of the table that the client may keep filled: HTTP/2's own default, of which nothing else is said in our settings. */
export const tableBytes = 4096;

/** Reads header blocks (RFC 7541) of one connection, in their order. */
export class HpackDecoder {
  /** The newest last. */
  #table: Field[] = [];
  #size = 0;
  #limit = tableBytes;
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;
  /** Goes up with every change of the table: a block means the same only until then. */
  version = 0;

  /**
   * @param most Bytes of names and values, each with its overhead, that are handed on; a block of more is read to its end all the same,
   *   for the table
   * @returns whether it was within that limit
   * @throws HpackFault
   */
  decode(block: Uint8Array, most: number, field: (name: string, value: string) => void): boolean {
    this.#bytes = block;
    this.#at = 0;
    this.#end = block.length;
    let left = most;
    let begun = false;
    while (this.#at < this.#end) {
      const first = block[this.#at] as number;
      if (first >= 0x20 && first < 0x40) {
        // Only before the first field (RFC 7541, 4.2).
        if (begun) throw new HpackFault("A change of the table's size is in the middle of a header block");
        this.#resize(this.#integer(5));
        continue;
      }
      begun = true;
      const [name, value] = first >= 0x80 ? this.#entry(this.#integer(7)) : this.#literal(first);
      left -= name.length + value.length + overhead;
      if (left >= 0) field(name, value);
    }
    return left >= 0;
  }

  #literal(first: number): Field {
    const indexed = first >= 0x40;
    const index = this.#integer(indexed ? 6 : 4);
    const name = index === 0 ? this.#string() : this.#entry(index)[0];
    const field = [name, this.#string()] as const;
    if (indexed) this.#add(field);
    return field;
  }

  #entry(index: number): Field {
    const known = index < staticTable.length ? staticTable[index] : this.#table[this.#table.length - 1 - (index - staticTable.length)];
    if (index === 0 || known === undefined) throw new HpackFault(`There is no entry ${index} in the header table`);
    return known;
  }

  #add(field: Field): void {
    this.version++;
    const size = field[0].length + field[1].length + overhead;
    this.#evict(this.#limit - size);
    // One that does not fit leaves the table empty (RFC 7541, 4.4).
    if (size > this.#limit) return;
    this.#table.push(field);
    this.#size += size;
  }

  #evict(most: number): void {
    let gone = 0;
    while (gone < this.#table.length && this.#size > most) {
      const [name, value] = this.#table[gone++] as Field;
      this.#size -= name.length + value.length + overhead;
    }
    if (gone > 0) this.#table.splice(0, gone);
  }

  #resize(limit: number): void {
    if (limit > tableBytes) throw new HpackFault("The header table is to become larger than the settings allow");
    this.version++;
    this.#limit = limit;
    this.#evict(limit);
  }

  /** An integer whose first bits share their byte (RFC 7541, 5.1). */
  #integer(bits: number): number {
    const most = (1 << bits) - 1;
    let value = (this.#bytes[this.#at++] as number) & most;
    if (value < most) return value;
    for (let shift = 0; shift <= 21; shift += 7) {
      if (this.#at >= this.#end) break;
      const byte = this.#bytes[this.#at++] as number;
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new HpackFault("A number of a header block is cut, or too large");
  }

  #string(): string {
    if (this.#at >= this.#end) throw new HpackFault("A header block is cut");
    const coded = (this.#bytes[this.#at] as number) >= 0x80;
    const length = this.#integer(7);
    const start = this.#at;
    const end = start + length;
    if (end > this.#end) throw new HpackFault("A header block is cut");
    this.#at = end;
    const text = coded ? decodeHuffman(this.#bytes, start, end) : latin1(this.#bytes, start, end);
    if (text === undefined) throw new HpackFault("A text of a header block is not in its code");
    return text;
  }
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("latin1");
}
