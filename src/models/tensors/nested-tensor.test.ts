import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SetosaError } from "../../errors.ts";
import type { DType } from "../../tensor/dtype.ts";
import type { DeclaredShape } from "../../tensor/shape.ts";
import { readNested, writeNested } from "./nested-tensor.ts";

const info = (dtype: DType, shape: DeclaredShape) => ({ name: "x", dtype, shape });

function refused(nested: unknown, dtype: DType, shape: DeclaredShape): readonly [string, string | undefined, string] {
  try {
    readNested(nested, info(dtype, shape), "inputs");
  } catch (error) {
    if (error instanceof SetosaError) return [error.code, error.path, error.message];
    throw error;
  }
  throw new Error("It was taken.");
}

describe("readNested", () => {
  it("reads row by row", () => {
    const read = readNested(
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      info("float64", ["batch", 3]),
      "",
    );
    expect(read).toEqual({ dtype: "float64", shape: [2, 3], data: Float64Array.of(1, 2, 3, 4, 5, 6) });
  });

  it("reads booleans, strings and scalars", () => {
    expect(readNested([true, false], info("bool", [2]), "").data).toEqual(Uint8Array.of(1, 0));
    expect(readNested([["a"], ["b"]], info("string", [null, 1]), "").data).toEqual(["a", "b"]);
    expect(readNested(7, info("int64", []), "")).toEqual({ dtype: "int64", shape: [], data: Float64Array.of(7) });
  });

  it.each<[string, unknown, DType, DeclaredShape, string, RegExp]>([
    ["another number of columns", [[1, 2]], "float32", ["batch", 3], "inputs", /\[1, 2\].*\[batch, 3\]/],
    ["another number of dimensions", [1, 2, 3], "float32", ["batch", 3], "inputs", /shape \[3\]/],
    ["lists of different lengths", [[1, 2], [3]], "float32", ["batch", 2], "inputs[1]", /one has 1 elements where others have 2/],
    ["a number among lists", [[1, 2], 3], "float32", ["batch", 2], "inputs[1]", /one has no elements/],
    ["a list among numbers", [[1, [2]]], "float32", ["batch", 2], "inputs[0][1]", /an element is a list/],
    ["text for a number", [["1", 2]], "float32", ["batch", 2], "inputs[0][0]", /"x" takes float32, and an element is "1"/],
    ["null for a number", [[null, 2]], "float32", ["batch", 2], "inputs[0][0]", /null/],
    ["an object", { x: 1 }, "float32", ["batch"], "inputs", /shape \[\]/],
    ["what overflows a float32", [1e39], "float32", ["n"], "inputs[0]", /1e\+39/],
    ["what overflows an int8", [128], "int8", ["n"], "inputs[0]", /128/],
    ["a negative unsigned number", [-1], "uint8", ["n"], "inputs[0]", /-1/],
    ["a fraction for an integer", [0.5], "int64", ["n"], "inputs[0]", /0\.5/],
    ["an integer beyond 2^53", [2 ** 53], "int64", ["n"], "inputs[0]", /9007199254740992/],
    ["a number for a boolean", [1], "bool", ["n"], "inputs[0]", /takes bool/],
  ])("refuses %s", (_, nested, dtype, shape, path, message) => {
    const found = refused(nested, dtype, shape);
    expect(found.slice(0, 2)).toEqual(["TENSOR_INVALID", path]);
    expect(found[2]).toMatch(message);
  });

  it("refuses lists that nest without end, without recursion", () => {
    let nested: unknown = 1;
    for (let depth = 0; depth < 100_000; depth++) nested = [nested];
    expect(refused(nested, "float32", ["n"])[2]).toMatch(/deeper than 16/);
  });
});

describe("writeNested", () => {
  it("gives back what was read", () => {
    const rows = fc
      .integer({ min: 1, max: 4 })
      .chain((width) => fc.array(fc.array(fc.integer(), { minLength: width, maxLength: width }), { minLength: 1 }));
    fc.assert(
      fc.property(rows, (nested) => {
        expect(writeNested(readNested(nested, info("int64", ["n", "m"]), ""))).toEqual(nested);
      }),
    );
  });

  it("writes booleans as booleans, and what JSON does not have as null", () => {
    expect(writeNested({ dtype: "bool", shape: [2], data: Uint8Array.of(1, 0) })).toEqual([true, false]);
    expect(writeNested({ dtype: "float32", shape: [3], data: Float32Array.of(1, Number.NaN, Number.POSITIVE_INFINITY) })).toEqual([
      1,
      null,
      null,
    ]);
    expect(writeNested({ dtype: "string", shape: [], data: ["a"] })).toBe("a");
  });
});
