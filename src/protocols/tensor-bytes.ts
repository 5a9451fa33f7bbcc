import { SetosaError } from "../errors.ts";
import { maxElements } from "../tensor/dtype.ts";
import { formatShape, type Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type DatatypeName, datatypes } from "./open-inference-datatypes.ts";
import { readText, textLength, writeText } from "./text-elements.ts";

// Raw tensors of the Open Inference Protocol (the binary tensor extension, and gRPC's raw contents): little-endian, row-major, without
// padding. Typed arrays are little-endian on every processor that Bun or Node runs on.

/** What a client says of a raw tensor. */
export interface RawTensor {
  readonly name: string;
  readonly datatype: DatatypeName;
  readonly shape: Shape;
  /** Where it stands in the request, for errors: `inputs[0]`. */
  readonly path: string;
}

/**
 * A tensor over bytes: without a copy where they are aligned and we hold the datatype as it is sent. The bytes may not change afterwards.
 * @throws SetosaError TENSOR_INVALID where the bytes are not those of the shape, or a value is none of the datatype or of ours
 */
export function readTensorBytes(bytes: Uint8Array, raw: RawTensor): Tensor {
  const { datatype, shape } = raw;
  const count = countElements(shape, raw);
  if (datatype === "BYTES") return { dtype: "string", shape, data: readText(bytes, count, raw) };
  const { size, dtype } = datatypes[datatype];
  if (bytes.length !== count * size)
    throw invalid(
      raw,
      `${datatype} ${formatShape(shape)} is ${count * size} bytes, and there are ${bytes.length}.`,
      "Send as many bytes as the shape has.",
    );
  return { dtype, shape, data: readers[datatype](bytes, count, raw) } as Tensor;
}

/**
 * The number of elements of a shape that a client sent.
 * @throws SetosaError TENSOR_INVALID
 */
export function countElements(shape: Shape, { name, path }: Pick<RawTensor, "name" | "path">): number {
  let count = 1;
  for (const dimension of shape) {
    if (!Number.isSafeInteger(dimension) || dimension < 0)
      throw invalid({ name, path }, "a dimension of its shape is no whole number.", "Send the shape as numbers from 0 on.");
    count *= dimension;
    if (count > maxElements) throw invalid({ name, path }, `its shape ${formatShape(shape)} is larger than 2^28 elements.`, "Send less.");
  }
  return count;
}

/** How many bytes a tensor is, as `datatypeOf` its dtype. */
export function tensorByteLength({ dtype, data }: Tensor): number {
  switch (dtype) {
    case "string":
      return textLength(data);
    case "int64":
    case "float64":
      return data.length * 8;
    default:
      return data.byteLength;
  }
}

/**
 * Writes a tensor, as `datatypeOf` its dtype.
 * @param target Has room for `tensorByteLength` bytes from `at` on
 */
export function writeTensorBytes({ dtype, data }: Tensor, target: Uint8Array, at = 0): void {
  if (dtype === "string") writeText(data, target, at);
  else if (dtype === "int64") writeInt64(data, target, at);
  else target.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
}

/** A tensor's bytes: those of the tensor itself where it has them. */
export function tensorBytes(tensor: Tensor): Uint8Array {
  const { dtype, data } = tensor;
  if (dtype !== "string" && dtype !== "int64") return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const bytes = new Uint8Array(tensorByteLength(tensor));
  writeTensorBytes(tensor, bytes);
  return bytes;
}

type NumberData = Exclude<Tensor["data"], string[]>;
type ReadNumbers = (bytes: Uint8Array, count: number, raw: RawTensor) => NumberData;

const readers: Readonly<Record<Exclude<DatatypeName, "BYTES">, ReadNumbers>> = {
  BOOL: readBooleans,
  UINT8: (bytes) => bytes,
  INT8: ({ buffer, byteOffset }, count) => new Int8Array(buffer, byteOffset, count),
  UINT16: view(Uint16Array),
  INT16: view(Int16Array),
  UINT32: view(Uint32Array),
  INT32: view(Int32Array),
  FP32: view(Float32Array),
  FP64: view(Float64Array),
  INT64: (bytes, count, raw) => readInt64(view(Int32Array)(bytes, count * 2), raw),
  UINT64: (bytes, count, raw) => readInt64(view(Uint32Array)(bytes, count * 2), raw),
  FP16: (bytes, count) => Float32Array.from(view(Uint16Array)(bytes, count), halfValue),
  BF16: readBfloat16,
};

interface ArrayType<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T;
}

/** Over the bytes themselves where the processor can read them there, else over a copy. */
function view<T>(type: ArrayType<T>): (bytes: Uint8Array, count: number) => T {
  return (bytes, count) => {
    if (bytes.byteOffset % type.BYTES_PER_ELEMENT === 0) return new type(bytes.buffer, bytes.byteOffset, count);
    // Not bytes.slice(), which is a view where they are a Buffer.
    return new type(new Uint8Array(bytes).buffer, 0, count);
  };
}

function readBooleans(bytes: Uint8Array, _: number, raw: RawTensor): Uint8Array {
  let all = 0;
  for (let index = 0; index < bytes.length; index++) all |= bytes[index] as number;
  if (all > 1) {
    const at = bytes.findIndex((byte) => byte > 1);
    throw invalid({ ...raw, path: `${raw.path}[${at}]` }, `the byte ${bytes[at]} is no BOOL.`, "Send 0 or 1 for each.");
  }
  return bytes;
}

const high = 2 ** 32;

/** Pairs of 32 bits, the lower first, without a BigInt for each. */
function readInt64(words: Int32Array | Uint32Array, raw: RawTensor): Float64Array {
  const data = new Float64Array(words.length / 2);
  for (let index = 0; index < data.length; index++) {
    const value = (words[2 * index + 1] as number) * high + ((words[2 * index] as number) >>> 0);
    if (!Number.isSafeInteger(value))
      throw invalid(
        { ...raw, path: `${raw.path}[${index}]` },
        "a whole number is beyond 2^53, and would not be exact.",
        "Send numbers within ±(2^53 - 1).",
      );
    data[index] = value;
  }
  return data;
}

function writeInt64(data: Float64Array, target: Uint8Array, at: number): void {
  const words = new DataView(target.buffer, target.byteOffset + at, data.length * 8);
  for (let index = 0; index < data.length; index++) {
    const value = data[index] as number;
    words.setUint32(8 * index, value >>> 0, true);
    words.setInt32(8 * index + 4, Math.floor(value / high), true);
  }
}

/** IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction. */
function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The upper half of a float32. */
function readBfloat16(bytes: Uint8Array, count: number): Float32Array {
  const bits = new Uint32Array(count);
  const halves = view(Uint16Array)(bytes, count);
  for (let index = 0; index < count; index++) bits[index] = ((halves[index] as number) << 16) >>> 0;
  return new Float32Array(bits.buffer);
}

function invalid({ name, path }: Pick<RawTensor, "name" | "path">, message: string, hint: string): SetosaError {
  return new SetosaError("TENSOR_INVALID", `${JSON.stringify(name.slice(0, 80))}: ${message}`, { path, hint });
}
