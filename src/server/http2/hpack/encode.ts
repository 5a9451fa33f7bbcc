import { staticTable } from "./static-table.ts";

/**
 * A header block that leaves the table alone (RFC 7541, 6.1 and 6.2.2): it can be made once and sent on every connection, whatever
 * size its client's table has.
 * @param fields Names in lower case; latin1
 */
export function encodeHeaders(fields: Iterable<readonly [name: string, value: string]>): Buffer {
  const parts: Buffer[] = [];
  for (const [name, value] of fields) {
    const exact = staticTable.findIndex(([known, itsValue]) => known === name && itsValue === value && value !== "");
    if (exact > 0) {
      parts.push(integer(0x80, 7, exact));
      continue;
    }
    const named = staticTable.findIndex(([known]) => known === name && name !== "");
    if (named > 0) parts.push(integer(0, 4, named));
    else parts.push(integer(0, 4, 0), text(name));
    parts.push(text(value));
  }
  return Buffer.concat(parts);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, "latin1");
  return Buffer.concat([integer(0, 7, bytes.length), bytes]);
}

function integer(flags: number, bits: number, value: number): Buffer {
  const most = (1 << bits) - 1;
  if (value < most) return Buffer.of(flags | value);
  const bytes = [flags | most];
  let left = value - most;
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) | 0x80);
  bytes.push(left);
  return Buffer.from(bytes);
}
