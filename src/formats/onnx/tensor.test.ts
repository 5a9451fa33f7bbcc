import { describe, expect, it } from "vitest";
import { bytes, double, type Field, float, message, overlong, text, varint } from "../../../test/onnx/protobuf.ts";
import { SetosaError } from "../../errors.ts";
import { readTensor } from "./tensor.ts";

const types = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float64: 11,
  uint32: 12,
} as const;

function read(type: number, dims: readonly number[], ...data: readonly Field[]) {
  return readTensor(message(...dims.map((size) => varint(1, size)), varint(2, type), text(8, "w"), ...data)).constant;
}

function refusal(action: () => unknown): SetosaError {
  try {
    action();
  } catch (error) {
    if (error instanceof SetosaError) return error;
    throw error;
  }
  throw new Error("The tensor was accepted.");
}

function raw(array: ArrayBufferView): Field {
  return bytes(9, new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
}

function packed(values: readonly number[]): Uint8Array {
  // A varint field without its tag is a packed element.
  return Uint8Array.from(values.flatMap((value) => Array.from(message(varint(1, value)).subarray(1))));
}

describe("readTensor", () => {
  it.each([
    ["float32", Float32Array.of(1.5, -0, 3e38)],
    ["float64", Float64Array.of(0.1, Number.NaN, -1e300)],
    ["int8", Int8Array.of(-128, 0, 127)],
    ["uint8", Uint8Array.of(0, 1, 255)],
    ["int16", Int16Array.of(-32768, 0, 32767)],
    ["uint16", Uint16Array.of(0, 1, 65535)],
    ["int32", Int32Array.of(-(2 ** 31), 0, 2 ** 31 - 1)],
    ["uint32", Uint32Array.of(0, 1, 2 ** 32 - 1)],
    ["bool", Uint8Array.of(0, 1, 1)],
  ] as const)("reads raw_data of %s, at any offset", (dtype, data) => {
    for (const name of ["w", "w2", "w23", "w234"]) {
      const file = message(text(8, name), varint(1, 3), varint(2, types[dtype]), raw(data));
      expect(readTensor(file)).toEqual({ name, constant: { dtype, shape: [3], data } });
    }
  });

  it("reads raw_data of int64", () => {
    const data = raw(BigInt64Array.of(-1n, 0n, 2n ** 53n - 1n, -(2n ** 53n) + 1n));
    expect(read(types.int64, [2, 2], data)).toEqual({
      dtype: "int64",
      shape: [2, 2],
      data: Float64Array.of(-1, 0, 2 ** 53 - 1, -(2 ** 53) + 1),
    });
  });

  it.each([
    ["float_data, packed", 1, [raw32(4, [1.5, 2.5])], Float32Array.of(1.5, 2.5)],
    ["float_data, one by one", 1, [float(4, 1.5), float(4, 2.5)], Float32Array.of(1.5, 2.5)],
    ["float_data, mixed", 1, [float(4, 1.5), raw32(4, [2.5])], Float32Array.of(1.5, 2.5)],
    ["double_data, one by one", 11, [double(10, 0.1), double(10, -1)], Float64Array.of(0.1, -1)],
    ["double_data, packed", 11, [bytes(10, new Uint8Array(Float64Array.of(0.1, -1).buffer))], Float64Array.of(0.1, -1)],
    ["int64_data, one by one", 7, [varint(7, -3), varint(7, 300)], Float64Array.of(-3, 300)],
    ["int64_data, packed", 7, [bytes(7, packed([-3, 20_000]))], Float64Array.of(-3, 20_000)],
    ["int32_data of int32", 6, [bytes(5, packed([-1, 70_000]))], Int32Array.of(-1, 70_000)],
    ["int32_data of int8", 3, [varint(5, -128), varint(5, 127)], Int8Array.of(-128, 127)],
    ["int32_data of bool", 9, [varint(5, 2), varint(5, 0)], Uint8Array.of(1, 0)],
    ["uint64_data of uint32", 12, [varint(11, 2 ** 32 - 1), varint(11, 0)], Uint32Array.of(2 ** 32 - 1, 0)],
  ])("reads %s", (_, type, fields, data) => {
    expect(read(type, [2], ...fields)).toMatchObject({ shape: [2], data });
  });

  it("reads strings, numbers without dimensions, and nothing", () => {
    expect(read(types.string, [2], text(6, "größer"), text(6, ""))).toEqual({ dtype: "string", shape: [2], data: ["größer", ""] });
    expect(read(types.float32, [], float(4, 7))).toEqual({ dtype: "float32", shape: [], data: Float32Array.of(7) });
    expect(read(types.float32, [0, 3])).toEqual({ dtype: "float32", shape: [0, 3], data: new Float32Array() });
  });

  it("makes 0 or 1 of every bool", () => {
    expect(read(types.bool, [3], bytes(9, Uint8Array.of(0, 1, 255)))).toMatchObject({ data: Uint8Array.of(0, 1, 1) });
  });

  it.each([
    ["uint64", 13, [varint(11, 1)], "uint64"],
    ["complex64", 14, [raw(Float32Array.of(1, 2))], "complex64"],
    ["no type", 0, [], "ONNX type 0"],
    ["data in another file", 1, [varint(14, 1)], "another file"],
    ["segments", 1, [bytes(3, new Uint8Array())], "segments"],
    ["int64 beyond 2^53 in raw_data", 7, [raw(BigInt64Array.of(2n ** 53n))], "beyond 2^53"],
    ["int64 beyond -2^53 in raw_data", 7, [raw(BigInt64Array.of(-(2n ** 62n)))], "beyond 2^53"],
    ["int64 beyond 2^53 in int64_data", 7, [varint(7, 2n ** 53n)], "beyond 2^53"],
  ])("leaves to onnxruntime: %s", (_, type, fields, what) => {
    expect(read(type, [1], ...fields)).toEqual({ kind: "opaque", what: expect.stringContaining(what) });
  });

  it.each([
    [
      "float16",
      10,
      [0x0000, 0x8000, 0x3c00, 0xfbff, 0x0001, 0x83ff, 0x7c00, 0xfc00, 0x7e00],
      [0, -0, 1, -65504, 2 ** -24, -1023 * 2 ** -24],
    ],
    [
      "bfloat16",
      16,
      [0x0000, 0x8000, 0x3f80, 0xff7f, 0x0001, 0x807f, 0x7f80, 0xff80, 0x7fc0],
      [0, -0, 1, -255 * 2 ** 120, 2 ** -133, -127 * 2 ** -133],
    ],
  ])("leaves %s to onnxruntime, and can widen it", (name, type, bits, finite) => {
    const written = [raw(Uint16Array.from(bits)), bytes(5, packed(bits))];
    for (const field of written) {
      const constant = read(type, [bits.length], field);
      expect(constant).toMatchObject({ kind: "opaque", what: `a tensor of ${name}` });
      const values = [...finite, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
      expect("widened" in constant && constant.widened?.()).toEqual({
        dtype: "float32",
        shape: [bits.length],
        data: Float32Array.from(values),
      });
    }
    for (const damaged of [read(type, [2], raw(Uint16Array.of(1))), read(type, [2], varint(5, 1))])
      expect(() => "widened" in damaged && damaged.widened?.()).toThrow(/should have/);
  });

  it.each([
    ["too few elements", 1, [3], [float(4, 1)]],
    ["too many elements", 1, [1], [float(4, 1), float(4, 2)]],
    ["elements of another type's field", 1, [1], [double(10, 1)]],
    ["raw_data too short", 1, [2], [bytes(9, new Uint8Array(7))]],
    ["raw_data too long", 7, [1], [bytes(9, new Uint8Array(16))]],
    ["raw_data of strings", 8, [1], [bytes(9, new Uint8Array(1))]],
    ["half a float", 1, [1], [bytes(4, new Uint8Array(3))]],
    ["half a double", 11, [1], [bytes(10, new Uint8Array(12))]],
    ["half a varint", 7, [1], [bytes(7, Uint8Array.of(0x80))]],
    ["a uint8 of 256", 2, [1], [varint(5, 256)]],
    ["an int8 of 128", 3, [1], [varint(5, 128)]],
    ["a string that is not UTF-8", 8, [1], [bytes(6, Uint8Array.of(0xff))]],
    ["a dimension beyond 2^53", 1, [], [varint(1, 2n ** 62n)]],
    ["a wrong wire type of float_data", 1, [1], [varint(4, 1)]],
    ["a wrong wire type of raw_data", 1, [1], [varint(9, 1)]],
    ["a wrong wire type of the type", 1, [1], [text(2, "float")]],
    ["raw_data that is said to be longer than the file", 1, [1], [overlong(9, 0xffff_ffff)]],
    ["65 dimensions", 1, new Array<number>(65).fill(1), [float(4, 1)]],
  ])("refuses %s", (_, type, dims, fields) => {
    expect(refusal(() => read(type, dims, ...fields)).code).toBe("MODEL_FILE_INVALID");
  });

  it.each([
    ["a negative dimension", [-1]],
    ["more elements than memory", [2 ** 31, 2 ** 31]],
    ["a product that is no longer a safe integer", [2 ** 40, 2 ** 40, 2 ** 40]],
  ])("refuses %s before it allocates", (_, dims) => {
    expect(refusal(() => read(types.float32, dims)).code).toBe("MODEL_SHAPE_INVALID");
  });
});

function raw32(field: number, values: readonly number[]): Field {
  return bytes(field, new Uint8Array(Float32Array.from(values).buffer));
}
