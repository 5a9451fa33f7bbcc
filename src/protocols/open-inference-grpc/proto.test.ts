import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SetosaError } from "../../errors.ts";
import { readInferRequest, readModelQuery, readTensors } from "./decode.ts";
import { ProtoReader, wire } from "./proto-reader.ts";
import { ProtoWriter, varintLength, writeVarint } from "./proto-writer.ts";

describe("ProtoReader", () => {
  it("reads whole numbers as they were written, also negative ones", () => {
    const whole = fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.integer({ min: -2, max: 300 }));
    fc.assert(
      fc.property(whole, (value) => {
        const bytes = new Uint8Array(10);
        const end = writeVarint(bytes, 0, value);
        expect(end).toBe(varintLength(value));
        expect(new ProtoReader(bytes, 0, end).signed()).toBe(value);
        if (value >= 0) expect(new ProtoReader(bytes, 0, end).unsigned()).toBe(value);
      }),
    );
  });

  it("reads texts of any length and language", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100, unit: "grapheme" }), (text) => {
        const reader = new ProtoReader(new ProtoWriter().text(3, text).finish());
        expect(reader.next()).toBe(text === "" ? 0 : 3);
        if (text !== "") expect(reader.text()).toBe(text);
      }),
    );
  });

  it.each([
    ["a tag that is cut", [0x80]],
    ["field 0", [0x02, 0x00]],
    ["a group", [0x0b]],
    ["a length beyond the end", [0x0a, 0x05, 0x61]],
    ["a length of 2^53 and more", [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ["a text as a number", [0x08, 0x01]],
    ["a text that is not UTF-8", [0x0a, 0x01, 0xff]],
  ])("refuses %s", (_, bytes) => {
    expect(() => readModelQueryStrictly(Uint8Array.from(bytes))).toThrow(expect.objectContaining({ code: "MESSAGE_INVALID" }));
  });
});

/** Field 1 has to be a text. */
function readModelQueryStrictly(bytes: Uint8Array): void {
  const reader = new ProtoReader(bytes);
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) reader.text();
    else reader.skip();
  }
}

describe("readModelQuery", () => {
  it("passes over fields that it does not know, of any kind", () => {
    const known = new ProtoWriter().text(1, "iris").integer(9, 7).bytes(2, new TextEncoder().encode("2")).finish();
    const fixed = Uint8Array.of(0x51, 1, 2, 3, 4, 5, 6, 7, 8, 0x55, 1, 2, 3, 4);
    expect(readModelQuery(Uint8Array.of(...fixed, ...known))).toEqual({ name: "iris", version: "2" });
    expect(wire.fixed64).toBe(1);
  });
});

const input = (datatype: string, shape: readonly number[], contents?: (writer: ProtoWriter) => unknown) => (writer: ProtoWriter) => {
  writer.text(1, "x").text(2, datatype).integers(3, shape);
  if (contents !== undefined) writer.message(5, contents);
};

function tensorsOf(...parts: ((writer: ProtoWriter) => unknown)[]) {
  const writer = new ProtoWriter().text(1, "m");
  for (const part of parts) part(writer);
  return readTensors(readInferRequest(writer.finish())).map(({ tensor }) => ({ ...tensor, data: [...tensor.data] }));
}

const bytesOf = (data: Float32Array | Float64Array) => new Uint8Array(data.buffer);

describe("contents of inputs", () => {
  it.each([
    ["BOOL", "bool", [2], (w: ProtoWriter) => w.integers(1, [1, 0]), [1, 0]],
    ["INT8", "int8", [2], (w: ProtoWriter) => w.integers(2, [-128, 127]), [-128, 127]],
    ["INT32", "int32", [1, 2], (w: ProtoWriter) => w.integer(2, -5).integer(2, 6), [-5, 6]],
    ["INT64", "int64", [2], (w: ProtoWriter) => w.integers(3, [-(2 ** 53 - 1), 2 ** 53 - 1]), [-(2 ** 53 - 1), 2 ** 53 - 1]],
    ["UINT16", "uint16", [1], (w: ProtoWriter) => w.integers(4, [65_535]), [65_535]],
    ["UINT64", "int64", [1], (w: ProtoWriter) => w.integers(5, [2 ** 40]), [2 ** 40]],
    ["FP32", "float32", [2], (w: ProtoWriter) => w.bytes(6, bytesOf(Float32Array.of(1.5, Number.NaN))), [1.5, Number.NaN]],
    ["FP64", "float64", [2], (w: ProtoWriter) => w.bytes(7, bytesOf(Float64Array.of(0.1, -2))), [0.1, -2]],
    ["BYTES", "string", [2], (w: ProtoWriter) => w.texts(8, ["a", ""]), ["a", ""]],
    ["FP32", "float32", [0, 4], () => {}, []],
  ])("reads %s as %s", (datatype, dtype, shape, contents, data) => {
    expect(tensorsOf((w) => w.message(5, input(datatype, shape, contents)))).toEqual([{ dtype, shape, data }]);
  });

  it("reads floats that are not packed, and in several runs", () => {
    const one = (value: number) => Uint8Array.of(0x35, ...bytesOf(Float32Array.of(value)));
    const run = new ProtoWriter().bytes(6, bytesOf(Float32Array.of(3, 4))).finish();
    const contents = Uint8Array.of(...one(1), ...one(2), ...run);
    const message = new ProtoWriter().text(1, "x").text(2, "FP32").integers(3, [2, 2]).bytes(5, contents).finish();
    expect(tensorsOf((w) => w.bytes(5, message))).toEqual([{ dtype: "float32", shape: [2, 2], data: [1, 2, 3, 4] }]);
  });

  it.each([
    ["a list of another datatype", input("FP32", [1], (w) => w.integers(2, [1]))],
    ["too few elements", input("INT32", [3], (w) => w.integers(2, [1, 2]))],
    ["too many elements", input("INT32", [1], (w) => w.integers(2, [1, 2]))],
    ["elements that a shape alone promises", input("INT32", [2 ** 27])],
    ["a value out of its range", input("UINT8", [1], (w) => w.integers(4, [256]))],
    ["a negative dimension", input("INT32", [-1], (w) => w.integers(2, [1]))],
    ["FP16 as elements", input("FP16", [1], (w) => w.integers(2, [1]))],
    ["a datatype that there is not", input("FLOAT", [1])],
  ])("refuses %s", (_, part) => {
    expect(() => tensorsOf((w) => w.message(5, part))).toThrow(expect.objectContaining({ code: "TENSOR_INVALID" }));
  });

  it("never takes raw contents beside others, nor for some inputs only", () => {
    const raw = (w: ProtoWriter) => w.bytes(7, bytesOf(Float32Array.of(1)));
    const plain = input("FP32", [1], (w) => w.bytes(6, bytesOf(Float32Array.of(1))));
    const empty = input("FP32", [1]);
    expect(tensorsOf((w) => w.message(5, empty), raw)).toEqual([{ dtype: "float32", shape: [1], data: [1] }]);
    expect(() => tensorsOf((w) => w.message(5, plain), raw)).toThrow(/beside raw_input_contents/);
    expect(() =>
      tensorsOf(
        (w) => w.message(5, empty),
        (w) => w.message(5, empty),
        raw,
      ),
    ).toThrow(/2 inputs, and 1 raw/);
  });
});

describe("hostile bytes", () => {
  it("are nothing but the client's mistake", () => {
    const valid = new ProtoWriter()
      .text(1, "iris")
      .message(
        5,
        input("INT64", [1, 2], (w) => w.integers(3, [1, -2])),
      )
      .message(6, (w) => w.text(1, "label"))
      .finish();
    const changed = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 5 }).map((changes) => {
      const bytes = Uint8Array.from(valid);
      for (const [at, value] of changes) bytes[at] = value;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 80 })), (bytes) => {
        try {
          readTensors(readInferRequest(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(SetosaError);
          expect(["MESSAGE_INVALID", "BODY_SHAPE_INVALID", "TENSOR_INVALID"]).toContain((error as SetosaError).code);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
