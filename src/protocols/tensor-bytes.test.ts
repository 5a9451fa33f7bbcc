import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SetosaError } from "../errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type DatatypeName, datatypeOf, datatypes } from "./open-inference-datatypes.ts";
import { readTensorBytes, tensorByteLength, tensorBytes, writeTensorBytes } from "./tensor-bytes.ts";

const raw = (datatype: DatatypeName, shape: number[]) => ({ name: "x", datatype, shape, path: "inputs[0]" });
const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));

function refusal(bytes: Uint8Array, datatype: DatatypeName, shape: number[]): SetosaError {
  try {
    readTensorBytes(bytes, raw(datatype, shape));
  } catch (error) {
    if (error instanceof SetosaError) return error;
    throw error;
  }
  throw new Error("accepted");
}

const integer = (min: number, max: number) => fc.integer({ min, max });
const values: { readonly [D in Tensor["dtype"]]: fc.Arbitrary<string | number> } = {
  float32: fc.float(),
  float64: fc.double(),
  int8: integer(-128, 127),
  uint8: integer(0, 255),
  int16: integer(-32_768, 32_767),
  uint16: integer(0, 65_535),
  int32: integer(-(2 ** 31), 2 ** 31 - 1),
  uint32: integer(0, 2 ** 32 - 1),
  int64: fc.maxSafeInteger(),
  bool: integer(0, 1),
  string: fc.string({ unit: "grapheme" }),
};
const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: Float64Array,
  bool: Uint8Array,
};

describe("tensors as bytes", () => {
  it.each(Object.keys(values) as Tensor["dtype"][])("%s comes back as it was, wherever its bytes lie", (dtype) => {
    fc.assert(
      fc.property(fc.array(values[dtype], { maxLength: 20 }), fc.nat({ max: 9 }), (list, offset) => {
        const data = dtype === "string" ? (list as string[]) : arrays[dtype].from(list as number[]);
        const tensor = { dtype, shape: [list.length], data } as Tensor;
        const buffer = new Uint8Array(offset + tensorByteLength(tensor));
        writeTensorBytes(tensor, buffer, offset);
        expect(tensorBytes(tensor)).toEqual(buffer.subarray(offset));
        expect(readTensorBytes(buffer.subarray(offset), raw(datatypeOf[dtype], [list.length]))).toEqual(tensor);
      }),
    );
  });

  // The bytes that numpy writes: np.array(…).tobytes().hex()
  it.each<[DatatypeName, string, readonly (number | string)[]]>([
    ["FP32", "0000a040 0000c07f 000080ff", [5, Number.NaN, Number.NEGATIVE_INFINITY]],
    ["FP64", "9a9999999999b93f", [0.1]],
    ["INT64", "ffffffffffffffff 0000000001000000 000000000000e0ff", [-1, 2 ** 32, -(2 ** 53)].slice(0, 2)],
    ["UINT64", "ffffffffffff1f00", [2 ** 53 - 1]],
    ["INT16", "00800100", [-32_768, 1]],
    ["FP16", "003c 00c0 0100 ff7b 007c 007e", [1, -2, 2 ** -24, 65_504, Number.POSITIVE_INFINITY, Number.NaN]],
    ["BF16", "803f 49c0 807f", [1, -3.140_625, Number.POSITIVE_INFINITY]],
    ["BOOL", "0100", [1, 0]],
    ["BYTES", "02000000c3a9 00000000", ["é", ""]],
  ])("%s is read from bytes that others write", (datatype, bytes, expected) => {
    const { size } = datatypes[datatype];
    const all = hex(bytes);
    const tensor = readTensorBytes(size === undefined ? all : all.subarray(0, size * expected.length), raw(datatype, [expected.length]));
    expect(tensor.dtype).toBe(datatypes[datatype].dtype);
    expect(Array.from(tensor.data as ArrayLike<number | string>)).toEqual(expected);
  });

  it("reads aligned numbers where they lie, and others from a copy, also out of a Buffer", () => {
    const buffer = Buffer.from(new ArrayBuffer(17));
    const aligned = readTensorBytes(buffer.subarray(4, 12), raw("FP32", [2]));
    const unaligned = readTensorBytes(buffer.subarray(5, 13), raw("FP32", [2]));
    expect([(aligned.data as Float32Array).buffer === buffer.buffer, (unaligned.data as Float32Array).buffer === buffer.buffer]).toEqual([
      true,
      false,
    ]);
  });

  it("keeps a half of a surrogate pair from shifting what follows", () => {
    const tensor: Tensor = { dtype: "string", shape: [3], data: ["a\ud83d", "\ude00", "b"] };
    expect(readTensorBytes(tensorBytes(tensor), raw("BYTES", [3])).data).toEqual(["a\ufffd", "\ufffd", "b"]);
  });

  it.each<[string, Uint8Array, DatatypeName, number[], string]>([
    ["too few bytes", new Uint8Array(7), "FP32", [2], "8 bytes"],
    ["too many bytes", new Uint8Array(9), "FP32", [2], "8 bytes"],
    ["a negative dimension", new Uint8Array(0), "FP32", [-1], "whole number"],
    ["a shape that overflows", new Uint8Array(0), "BYTES", [2 ** 30, 2 ** 30], "2^28"],
    ["a number that is not exact", hex("0000000000002000"), "INT64", [1], "2^53"],
    ["an unsigned number that is not exact", hex("ffffffffffffffff"), "UINT64", [1], "2^53"],
    ["a byte that is no BOOL", hex("0102"), "BOOL", [2], "the byte 2"],
    ["a huge count of texts", hex("00000000"), "BYTES", [2 ** 28], "too few"],
    ["a length beyond the end", hex("ffffffff61"), "BYTES", [1], "end within"],
    ["a length cut off", hex("03000000616263000000"), "BYTES", [2], "end within"],
    ["bytes left over", hex("000000006162"), "BYTES", [1], "2 bytes are left over"],
    ["text that is not UTF-8", hex("01000000ff"), "BYTES", [1], "UTF-8"],
  ])("refuses %s", (_, bytes, datatype, shape, message) => {
    const error = refusal(bytes, datatype, shape);
    expect(error.code).toBe("TENSOR_INVALID");
    expect(error.message).toContain(message);
    expect(error.path).toMatch(/^inputs\[0\]/);
  });
});
