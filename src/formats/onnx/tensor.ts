import type { Constant, Opaque } from "../../graph/graph.ts";
import { allocate, type DType, isFloat } from "../../tensor/dtype.ts";
import { onnxDTypes, onnxTypeName } from "../../tensor/onnx-dtypes.ts";
import { elementCount } from "../../tensor/shape.ts";
import { type Tensor, tensor } from "../../tensor/tensor.ts";
import { halfTypes } from "./half-types.ts";
import { readDoubles, readFloats, readIntegers } from "./lists.ts";
import { type DoubleList, doubleList, type FloatList, floatList, IntegerList } from "./number-list.ts";
import { damaged, decodeText, readBytes, readInteger, readMessage, readName } from "./wire.ts";

/** More dimensions than any model has; a guard for what loops over them and prints them. */
export const maxRank = 64;

/** Bytes of an element in `raw_data`. */
const rawBytes: Readonly<Record<Exclude<DType, "string">, number>> = {
  float32: 4,
  float64: 8,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  bool: 1,
};

interface TensorFields {
  readonly dims: IntegerList;
  type: number;
  readonly floats: FloatList;
  readonly doubles: DoubleList;
  /** int32_data, int64_data or uint64_data, whichever the type uses. */
  readonly integers: IntegerList;
  readonly strings: Uint8Array[];
  raw: Uint8Array | undefined;
  /** Where the data is when it is not here. */
  elsewhere: string | undefined;
  exact: boolean;
}

/** A TensorProto and its name. What Setosa does not hold (float16, data in another file) is opaque. */
export function readTensor(bytes: Uint8Array): { readonly name: string; readonly constant: Constant } {
  let name = "";
  const fields: TensorFields = {
    dims: new IntegerList(),
    type: 0,
    floats: floatList(),
    doubles: doubleList(),
    integers: new IntegerList(),
    strings: [],
    raw: undefined,
    elsewhere: undefined,
    exact: true,
  };
  readMessage(bytes, "tensor", (field, wire, reader) => {
    const run = { reader, bytes, field, wire };
    if (field === 1) {
      if (!readIntegers(run, "a tensor's dimensions", fields.dims)) throw damaged("A tensor's dimension is beyond 2^53.");
      if (fields.dims.length > maxRank) throw damaged(`A tensor has more than ${maxRank} dimensions.`);
    } else if (field === 2) fields.type = readInteger(reader, wire, "a tensor's type") ?? 0;
    else if (field === 4) readFloats(run, "float_data", fields.floats);
    else if (field === 5 || field === 7 || field === 11)
      fields.exact = readIntegers(run, "a tensor's integers", fields.integers) && fields.exact;
    else if (field === 6) fields.strings.push(readBytes(reader, wire, "string_data"));
    else if (field === 8) name = readName(reader, wire, "a tensor's name");
    else if (field === 9) fields.raw = readBytes(reader, wire, "raw_data");
    else if (field === 10) readDoubles(run, "double_data", fields.doubles);
    else if (field === 3) {
      readBytes(reader, wire, "a tensor's segment");
      fields.elsewhere = "a tensor in segments";
    } else if (field === 14) {
      if (readInteger(reader, wire, "data_location") === 1) fields.elsewhere = "a tensor whose data lies in another file";
    } else return false;
    return true;
  });
  return { name, constant: toConstant(name, fields) };
}

function toConstant(name: string, fields: TensorFields): Constant {
  const dtype = onnxDTypes.get(fields.type);
  if (fields.elsewhere !== undefined) return opaque(fields.elsewhere);
  const half = halfTypes.get(fields.type);
  if (half !== undefined) return { ...opaque(`a tensor of ${onnxTypeName(fields.type)}`), widened: () => fromHalves(name, half, fields) };
  if (dtype === undefined) return opaque(`a tensor of ${onnxTypeName(fields.type)}`);
  const shape = Array.from(fields.dims.toDoubles());
  const count = elementCount(shape);
  if (dtype === "string") {
    expectCount(name, fields.strings.length, count);
    return tensor(
      "string",
      shape,
      fields.strings.map((text) => decodeText(text, `A string of the tensor "${name}"`)),
    );
  }
  if (fields.raw !== undefined && fields.raw.length > 0) return fromRaw(name, dtype, shape, count, fields.raw);
  const values =
    dtype === "float32" ? fields.floats.toArray() : dtype === "float64" ? fields.doubles.toArray() : fields.integers.toDoubles();
  expectCount(name, values.length, count);
  if (!fields.exact) return opaque("a tensor with integers beyond 2^53");
  const data = allocate(dtype, count);
  data.set(values);
  if (dtype === "bool") data.set(values.map((value) => (value === 0 ? 0 : 1)));
  // Smaller integers are written as int32 or uint64: what does not fit would wrap around.
  else if (!isFloat(dtype) && values.some((value, index) => value !== data[index]))
    throw damaged(`The tensor "${name}" has a value that is no ${dtype}.`);
  return { dtype, shape, data } as Tensor;
}

function fromRaw(name: string, dtype: Exclude<DType, "string">, shape: readonly number[], count: number, raw: Uint8Array): Constant {
  const size = rawBytes[dtype];
  if (raw.length !== count * size)
    throw damaged(`The tensor "${name}" should have ${count * size} bytes of raw_data and has ${raw.length}.`);
  if (dtype === "int64") return fromRawInt64(shape, count, raw);
  const data = allocate(dtype, count);
  // Through bytes: raw_data need not be aligned, and is little-endian as every WebAssembly host is.
  new Uint8Array(data.buffer).set(raw);
  if (dtype === "bool")
    return tensor(
      "bool",
      shape,
      Uint8Array.from(raw, (byte) => (byte === 0 ? 0 : 1)),
    );
  return { dtype, shape, data } as Tensor;
}

/** Bits of 16-bit numbers are written as raw_data, or one by one as int32_data. */
function fromHalves(name: string, toFloat32: (bits: number) => number, { dims, raw, integers }: TensorFields): Tensor {
  const shape = Array.from(dims.toDoubles());
  const count = elementCount(shape);
  if (raw !== undefined && raw.length > 0 && raw.length !== count * 2)
    throw damaged(`The tensor "${name}" should have ${count * 2} bytes of raw_data and has ${raw.length}.`);
  const bits = raw === undefined || raw.length === 0 ? integers.toDoubles() : new Uint16Array(Uint8Array.from(raw).buffer);
  expectCount(name, bits.length, count);
  return tensor("float32", shape, Float32Array.from(bits as ArrayLike<number>, toFloat32));
}

function fromRawInt64(shape: readonly number[], count: number, raw: Uint8Array): Constant {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const data = allocate("int64", count);
  let isExact = true;
  for (let index = 0; index < count; index++) {
    const value = view.getInt32(index * 8 + 4, true) * 2 ** 32 + view.getUint32(index * 8, true);
    if (!Number.isSafeInteger(value)) {
      isExact = false;
      // As a float64 the largest int64, 2^63 - 1, is 2^63.
      if (Math.abs(value) !== 2 ** 63) return opaque("a tensor with integers beyond 2^53");
    }
    data[index] = Math.min(Math.max(value, -(2 ** 53)), 2 ** 53);
  }
  const found = tensor("int64", shape, data);
  return isExact ? found : { kind: "opaque", what: "a tensor with integers beyond 2^53", saturated: found };
}

function expectCount(name: string, found: number, count: number): void {
  if (found !== count) throw damaged(`The tensor "${name}" should have ${count} elements and has ${found}.`);
}

function opaque(what: string): Opaque {
  return { kind: "opaque", what };
}
