import { getTextEncoding } from "@bufbuild/protobuf/wire";
import { intAttribute } from "../../../graph/attributes.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import { type Evaluate, requiredInput, unsupported } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";

/** The 32-bit MurmurHash3 of each element's bytes: an int32, or a uint32 where it is to be positive. */
export const evaluateMurmurHash3: Evaluate = (call) => {
  const input = requiredInput(call, 0);
  const seed = intAttribute(call.node, "seed", 0);
  const positive = intAttribute(call.node, "positive", 1) !== 0;
  const bytesOf = elementBytes(input) ?? unsupported(call, `its input is ${input.dtype}`);
  return [
    resultOf(call, positive ? "uint32" : "int32", input.shape, (index) => {
      const hash = murmurHash3(bytesOf(index), seed);
      return positive ? hash : hash | 0;
    }),
  ];
};

/** The bytes of an element as they lie in ONNX Runtime's memory: UTF-8, little-endian. */
function elementBytes({ dtype, data }: Tensor): ((index: number) => DataView) | undefined {
  const view = (length: number, write: (view: DataView) => void): DataView => {
    const made = new DataView(new ArrayBuffer(length));
    write(made);
    return made;
  };
  switch (dtype) {
    case "string":
      return (index) => {
        const { buffer, byteOffset, byteLength } = getTextEncoding().encodeUtf8(data[index] ?? "");
        return new DataView(buffer, byteOffset, byteLength);
      };
    case "float32":
      return (index) => view(4, (bytes) => bytes.setFloat32(0, data[index] ?? 0, true));
    case "float64":
      return (index) => view(8, (bytes) => bytes.setFloat64(0, data[index] ?? 0, true));
    case "int32":
    case "uint32":
      return (index) => view(4, (bytes) => bytes.setInt32(0, data[index] ?? 0, true));
    case "int64":
      return (index) =>
        view(8, (bytes) => {
          bytes.setUint32(0, data[index] ?? 0, true);
          bytes.setInt32(4, Math.floor((data[index] ?? 0) / 2 ** 32), true);
        });
    default:
      return undefined;
  }
}

function murmurHash3(bytes: DataView, seed: number): number {
  const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by));
  const mixed = (block: number): number => Math.imul(rotate(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);
  const whole = bytes.byteLength & ~3;
  let hash = seed;
  for (let at = 0; at < whole; at += 4) hash = Math.imul(rotate(hash ^ mixed(bytes.getUint32(at, true)), 13), 5) + 0xe6546b64;
  let tail = 0;
  for (let at = bytes.byteLength - 1; at >= whole; at--) tail = (tail << 8) | bytes.getUint8(at);
  if (bytes.byteLength > whole) hash ^= mixed(tail);
  hash ^= bytes.byteLength;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
