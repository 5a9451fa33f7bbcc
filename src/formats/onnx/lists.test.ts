import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../test/onnx/random.ts";
import { stringsAttribute } from "../../graph/attributes.ts";
import type { Attribute } from "../../graph/graph.ts";
import { readNode } from "./node.ts";

/** A node whose only attribute has this content, at any alignment. */
function attribute(write: (writer: BinaryWriter) => unknown, shift = 0): Attribute | undefined {
  const content = new BinaryWriter();
  content.tag(1, WireType.LengthDelimited).string("a");
  write(content);
  const node = new BinaryWriter().tag(4, WireType.LengthDelimited).string("Add").tag(5, WireType.LengthDelimited).bytes(content.finish());
  const bytes = node.finish();
  const shifted = new Uint8Array(bytes.length + shift);
  shifted.set(bytes, shift);
  return readNode(shifted.subarray(shift)).attributes.get("a");
}

function integers(type: "packed" | "unpacked", values: readonly (number | bigint)[]): (writer: BinaryWriter) => unknown {
  return (writer) => {
    writer.tag(20, WireType.Varint).int32(7);
    if (type === "unpacked") for (const value of values) writer.tag(8, WireType.Varint).int64(value);
    else {
      writer.tag(8, WireType.LengthDelimited).fork();
      for (const value of values) writer.int64(value);
      writer.join();
    }
  };
}

function contentOf(read: Attribute | undefined): unknown {
  return read !== undefined && "value" in read ? read.value : undefined;
}

const random = seededRandom(5);
const upTo = (limit: number): number[] => Array.from({ length: 300 }, () => Math.floor(random() ** 4 * limit));

describe("lists", () => {
  it.each([
    ["one byte", upTo(128)],
    ["one and two bytes", upTo(2 ** 14)],
    ["up to four bytes", upTo(2 ** 28)],
    ["int32", upTo(2 ** 31)],
    ["negative ones here and there", upTo(300).map((value) => (value % 7 === 0 ? -1 : value))],
    ["a long one at the end", [...upTo(1000), 2 ** 40]],
    ["a long one at the beginning", [2 ** 53 - 1, ...upTo(1000)]],
    ["any of them", upTo(2 ** 53).map((value, index) => (index % 5 === 0 ? -value : value))],
  ])("reads integers of %s, packed and not, wherever they lie", (_, values) => {
    for (const type of ["packed", "unpacked"] as const)
      for (let shift = 0; shift < 4; shift++) {
        const read = attribute(integers(type, values), shift);
        expect(read?.kind).toBe("ints");
        expect(Array.from(contentOf(read) as ArrayLike<unknown>)).toEqual(values);
      }
  });

  it.each(["packed", "unpacked"] as const)("knows a %s integer that no number holds, wherever it is", (type) => {
    for (const at of [0, 1, 150, 300]) {
      const values = upTo(1000).toSpliced(at, 0, 2 ** 60);
      expect(attribute(integers(type, values.map(BigInt)))).toEqual({ kind: "opaque", what: "an integer beyond 2^53" });
    }
  });

  it("keeps long lists of int32 as they are needed, and gives them as numbers", () => {
    const read = attribute(integers("unpacked", upTo(1000)));
    expect(read?.kind === "ints" && read.int32).toHaveLength(300);
    expect(contentOf(read)).toBeInstanceOf(Float64Array);
  });

  it.each(["ints", "floats", "strings"])("joins the runs of a list of %s", (kind) => {
    const write = (writer: BinaryWriter): void => {
      for (let run = 0; run < 3; run++) {
        for (let index = 0; index < 100; index++)
          if (kind === "ints") writer.tag(8, WireType.Varint).int64(index);
          else if (kind === "floats") writer.tag(7, WireType.Bit32).float(index);
          else writer.tag(9, WireType.LengthDelimited).string(index % 2 === 0 ? "even" : "odd");
        writer.tag(20, WireType.Varint).int32(kind === "ints" ? 7 : kind === "floats" ? 6 : 8);
      }
    };
    const read = attribute(write);
    const element = (index: number): number | string => (kind === "strings" ? (index % 2 === 0 ? "even" : "odd") : index);
    expect(Array.from(contentOf(read) as ArrayLike<unknown>)).toEqual(Array.from({ length: 300 }, (_, index) => element(index % 100)));
  });

  it.each([2, 8, 9, 200])("reads long lists of %d texts", (count) => {
    const texts = Array.from({ length: 500 }, (_, index) => "text".repeat((index % count) % 50) + String(index % count));
    const write = (writer: BinaryWriter): void => {
      for (const text of texts) writer.tag(9, WireType.LengthDelimited).string(text);
      writer.tag(20, WireType.Varint).int32(8);
    };
    const read = attribute(write);
    expect(contentOf(read)).toEqual(texts);
    expect(read?.kind === "strings" && read.repeated !== undefined).toBe(count <= 8);
    const node = { name: "", domain: "", operator: "Add", inputs: [], outputs: [], attributes: new Map(read ? [["a", read]] : []) };
    expect(stringsAttribute(node, "a")).toEqual(texts);
  });

  it.each([
    ["an unpacked integer", (writer: BinaryWriter) => writer.tag(8, WireType.Varint).int64(1).raw(Uint8Array.of(0x40, 0x80))],
    ["a packed integer", (writer: BinaryWriter) => writer.tag(8, WireType.LengthDelimited).bytes(Uint8Array.of(1, 0x80))],
    ["an integer that never ends", (writer: BinaryWriter) => writer.tag(8, WireType.LengthDelimited).bytes(new Uint8Array(11).fill(0x80))],
    [
      "a float",
      (writer: BinaryWriter) =>
        writer
          .tag(7, WireType.Bit32)
          .float(1)
          .raw(Uint8Array.of(0x3d, 0, 0)),
    ],
    ["packed floats", (writer: BinaryWriter) => writer.tag(7, WireType.LengthDelimited).bytes(new Uint8Array(6))],
    [
      "a text",
      (writer: BinaryWriter) =>
        writer
          .tag(9, WireType.LengthDelimited)
          .string("a")
          .raw(Uint8Array.of(0x4a, 5, 97)),
    ],
    ["the length of a text", (writer: BinaryWriter) => writer.tag(9, WireType.LengthDelimited).string("a").raw(Uint8Array.of(0x4a, 0x80))],
  ])("refuses %s that is cut short", (_, write) => {
    expect(() => attribute(write)).toThrow(expect.objectContaining({ code: "MODEL_FILE_INVALID" }));
    // The same behind a long run.
    const long = (writer: BinaryWriter): unknown => {
      for (let index = 0; index < 100; index++) writer.tag(9, WireType.LengthDelimited).string("text");
      return write(writer);
    };
    expect(() => attribute(long)).toThrow(expect.objectContaining({ code: "MODEL_FILE_INVALID" }));
  });
});
