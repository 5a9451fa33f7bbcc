import { damaged, readBytes, readMessage } from "./wire.ts";

/**
 * A key of a node's metadata_props (since ONNX 1.16), and the attribute that it becomes: how many training rows, or of which weight, came
 * to each leaf of a TreeEnsemble. The operator has no attribute for it: its `nodes_hitrates` are of splits.
 */
export const coversKey = "setosa.leaf_covers";

/** A StringStringEntryProto: float32, little-endian, as base64. Undefined for another key. */
export function readCovers(entry: Uint8Array): Float32Array | undefined {
  let key = "";
  let value: Uint8Array | undefined;
  readMessage(entry, "metadata", (field, wire, reader) => {
    if (field === 1) key = new TextDecoder("utf-8").decode(readBytes(reader, wire, "a key of metadata"));
    else if (field === 2) value = readBytes(reader, wire, "a value of metadata");
    else return false;
    return true;
  });
  if (key !== coversKey || value === undefined) return undefined;
  const bytes = fromBase64(value);
  if (bytes.length % 4 !== 0) throw damaged(`The metadata "${coversKey}" is no list of float32 numbers.`);
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(4 * index, true));
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const digits = new Uint8Array(256).fill(64);
for (const [digit, character] of [...alphabet].entries()) digits[character.charCodeAt(0)] = digit;

/** Of ASCII bytes, with or without padding. */
function fromBase64(text: Uint8Array): Uint8Array {
  let length = text.length;
  while (length > 0 && text[length - 1] === 0x3d) length--;
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let index = 0; index < length; index++) {
    const digit = digits[text[index] as number] as number;
    if (digit === 64) throw damaged(`The metadata "${coversKey}" is not base64.`);
    held = ((held << 6) | digit) & 0xffffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = (held >> bits) & 0xff;
  }
  return bytes;
}
