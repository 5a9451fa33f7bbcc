import type { Dice } from "../../forests/dice.ts";
import { Raw } from "./json-values.ts";

/** Writes UBJSON as XGBoost does, here and there with a length or a type that is not true. */

const encoder = new TextEncoder();

export function writeUbjson(value: unknown, dice: Dice, lies = 0.002): Uint8Array {
  const parts: number[] = [];
  const integer = (marker: string, bytes: number, number: number | bigint): void => {
    parts.push(marker.charCodeAt(0));
    for (let shift = bytes - 1; shift >= 0; shift--) parts.push(Number((BigInt(number) >> BigInt(8 * shift)) & 255n));
  };
  const length = (count: number): void => {
    const untrue = (): bigint =>
      dice.pick([0n, 1n, -1n, 2n ** 31n, 2n ** 53n, 2n ** 60n, 2n ** 63n - 1n, BigInt(count) + 1n, BigInt(count) * 1000n]);
    integer("L", 8, dice.chance(lies) ? untrue() : count);
  };
  const text = (content: string): void => {
    const bytes = encoder.encode(content);
    length(bytes.length);
    // One at a time: a spread call takes only so many arguments.
    for (const byte of bytes) parts.push(dice.chance(lies) ? 0xff : byte);
  };
  const float = (number: number): void => {
    const bytes = new DataView(new ArrayBuffer(8));
    bytes.setFloat64(0, number);
    for (let index = 0; index < 8; index++) parts.push(bytes.getUint8(index));
  };
  const write = (entry: unknown): void => {
    if (typeof entry === "number") {
      if (Number.isInteger(entry) && Math.abs(entry) < 2 ** 31) integer("l", 4, entry);
      else {
        parts.push("D".charCodeAt(0));
        float(entry);
      }
    } else if (typeof entry === "string" || entry instanceof Raw) {
      parts.push("S".charCodeAt(0));
      text(entry instanceof Raw ? entry.text : entry);
    } else if (Array.isArray(entry)) {
      parts.push("[".charCodeAt(0));
      if (entry.length > 0 && entry.every((item) => typeof item === "number")) {
        parts.push(..."$D#".split("").map((character) => character.charCodeAt(0)));
        length(entry.length);
        for (const item of entry) float(item as number);
        return;
      }
      parts.push("#".charCodeAt(0));
      length(entry.length);
      for (const item of entry) write(item);
    } else if (typeof entry === "object" && entry !== null) {
      parts.push("{".charCodeAt(0));
      for (const [key, inner] of Object.entries(entry)) {
        text(key);
        write(inner);
      }
      parts.push("}".charCodeAt(0));
    } else parts.push((entry === true ? "T" : entry === false ? "F" : "Z").charCodeAt(0));
  };
  write(value);
  return Uint8Array.from(parts);
}
