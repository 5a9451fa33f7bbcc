/**
 * CityHash64 of version 1.0, which CatBoost keeps to: later versions give other numbers. Numbers are unsigned 64-bit ones throughout.
 * https://github.com/google/cityhash describes it.
 */
export function cityHash64(bytes: Uint8Array): bigint {
  const length = bytes.length;
  const text = new Bytes(bytes);
  if (length <= 16) return upTo16(text, length);
  if (length <= 32) return upTo32(text, length);
  return length <= 64 ? upTo64(text, length) : longer(text, length);
}

const [k0, k1, k2, k3] = [0xc3a5c85c97cb3127n, 0xb492b66fbe98f273n, 0x9ae16a3b2f90404fn, 0xc949d7c7509e6557n];

class Bytes {
  readonly #view: DataView;

  constructor({ buffer, byteOffset, byteLength }: Uint8Array) {
    this.#view = new DataView(buffer, byteOffset, byteLength);
  }

  word(at: number): bigint {
    return this.#view.getBigUint64(at, true);
  }

  half(at: number): bigint {
    return BigInt(this.#view.getUint32(at, true));
  }

  byte(at: number): number {
    return this.#view.getUint8(at);
  }
}

function u64(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

function rotate(value: bigint, by: number): bigint {
  return by === 0 ? value : u64((value >> BigInt(by)) | (value << BigInt(64 - by)));
}

function mix(value: bigint): bigint {
  return value ^ (value >> 47n);
}

function ofTwo(low: bigint, high: bigint): bigint {
  const factor = 0x9ddfea08eb382d69n;
  const first = mix(u64((low ^ high) * factor));
  return u64(mix(u64((high ^ first) * factor)) * factor);
}

function upTo16(text: Bytes, length: number): bigint {
  const count = BigInt(length);
  if (length > 8) {
    const last = text.word(length - 8);
    return ofTwo(text.word(0), rotate(u64(last + count), length)) ^ last;
  }
  if (length >= 4) return ofTwo(count + (text.half(0) << 3n), text.half(length - 4));
  if (length === 0) return k2;
  const low = BigInt(text.byte(0) + (text.byte(length >> 1) << 8));
  const high = BigInt(length + (text.byte(length - 1) << 2));
  return u64(mix(u64(low * k2) ^ u64(high * k3)) * k2);
}

function upTo32(text: Bytes, length: number): bigint {
  const a = u64(text.word(0) * k1);
  const b = text.word(8);
  const c = u64(text.word(length - 8) * k2);
  const d = u64(text.word(length - 16) * k0);
  return ofTwo(u64(rotate(u64(a - b), 43) + rotate(c, 30) + d), u64(a + rotate(b ^ k3, 20) - c + BigInt(length)));
}

function upTo64(text: Bytes, length: number): bigint {
  /** Of 32 bytes, the last word of which is read for itself. */
  const part = (start: bigint, at: number, end: bigint): [bigint, bigint] => {
    let a = start;
    const b = rotate(u64(a + end), 52);
    let c = rotate(a, 37);
    a = u64(a + text.word(at));
    c += rotate(a, 7);
    a = u64(a + text.word(at + 8));
    return [u64(a + end), u64(b + rotate(a, 31) + c)];
  };
  const [firstLow, firstHigh] = part(u64(text.word(0) + (BigInt(length) + text.word(length - 16)) * k0), 8, text.word(24));
  const [lastLow, lastHigh] = part(u64(text.word(16) + text.word(length - 32)), length - 24, text.word(length - 8));
  const joined = mix(u64((firstLow + lastHigh) * k2 + (lastLow + firstHigh) * k0));
  return u64(mix(u64(joined * k0 + firstHigh)) * k2);
}

/** 32 bytes and two seeds. */
function weak(text: Bytes, at: number, seedA: bigint, seedB: bigint): [bigint, bigint] {
  const end = text.word(at + 24);
  const start = u64(seedA + text.word(at));
  const b = rotate(u64(seedB + start + end), 21);
  const a = u64(start + text.word(at + 8) + text.word(at + 16));
  return [u64(a + end), u64(b + rotate(a, 44) + start)];
}

function longer(text: Bytes, length: number): bigint {
  const count = BigInt(length);
  let x = text.word(0);
  let y = text.word(length - 16) ^ k1;
  let z = text.word(length - 56) ^ k0;
  let v = weak(text, length - 64, count, y);
  let w = weak(text, length - 32, u64(count * k1), k0);
  z = u64(z + mix(v[1]) * k1);
  x = u64(rotate(u64(z + x), 39) * k1);
  y = u64(rotate(y, 33) * k1);
  for (let at = 0; at < ((length - 1) & ~63); at += 64) {
    x = u64(rotate(u64(x + y + v[0] + text.word(at + 16)), 37) * k1) ^ w[1];
    y = u64(rotate(u64(y + v[1] + text.word(at + 48)), 42) * k1) ^ v[0];
    z = rotate(z ^ w[0], 33);
    v = weak(text, at, u64(v[1] * k1), u64(x + w[0]));
    w = weak(text, at + 32, u64(z + w[1]), y);
    [x, z] = [z, x];
  }
  return ofTwo(u64(ofTwo(v[0], w[0]) + mix(y) * k1 + z), u64(ofTwo(v[1], w[1]) + x));
}
