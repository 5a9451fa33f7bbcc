/** Bytes of a WebAssembly binary under construction. */
export type Bytes = number[];

/** Unsigned LEB128 (WebAssembly core specification, 5.2.2). */
export function writeUnsigned(out: Bytes, value: number): void {
  let rest = value;
  while (rest > 0x7f) {
    out.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
}

/** Signed LEB128 of a 32-bit integer. */
export function writeSigned32(out: Bytes, value: number): void {
  let rest = value | 0;
  for (;;) {
    const byte = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0)) {
      out.push(byte);
      return;
    }
    out.push(byte | 0x80);
  }
}

/** Signed LEB128 of a 64-bit integer. */
export function writeSigned64(out: Bytes, value: bigint): void {
  let rest = BigInt.asIntN(64, value);
  for (;;) {
    const byte = Number(rest & 0x7fn);
    rest >>= 7n;
    if ((rest === 0n && (byte & 0x40) === 0) || (rest === -1n && (byte & 0x40) !== 0)) {
      out.push(byte);
      return;
    }
    out.push(byte | 0x80);
  }
}

export function writeFloat32(out: Bytes, value: number): void {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value, true);
  for (let index = 0; index < 4; index++) out.push(view.getUint8(index));
}

export function writeFloat64(out: Bytes, value: number): void {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value, true);
  for (let index = 0; index < 8; index++) out.push(view.getUint8(index));
}

/** Names are ASCII here: they are Setosa's own exports. */
export function writeName(out: Bytes, name: string): void {
  writeUnsigned(out, name.length);
  for (let index = 0; index < name.length; index++) out.push(name.charCodeAt(index) & 0x7f);
}

/** A vector's or section's content behind its length. */
export function writeSized(out: Bytes, content: Bytes): void {
  writeUnsigned(out, content.length);
  for (const byte of content) out.push(byte);
}
