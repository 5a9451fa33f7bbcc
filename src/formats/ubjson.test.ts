import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SetosaError } from "../errors.ts";
import { readModel } from "./registry.ts";
import { parseUbjson } from "./ubjson.ts";

/** Markers as characters, numbers as bytes. */
function bytes(...parts: readonly (string | number)[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => (typeof part === "number" ? [part] : Array.from(part, (char) => char.charCodeAt(0)))));
}

describe("parseUbjson", () => {
  it.each([
    [
      "integers",
      bytes("[i", 0xff, "U", 200, "I", 1, 0, "l", 0, 1, 0, 0, "L", 0, 0, 0, 1, 0, 0, 0, 0, "]"),
      [-1, 200, 256, 65_536, 2 ** 32],
    ],
    ["floats", bytes("[d", 0x3f, 0xc0, 0, 0, "D", 0xbf, 0xe0, 0, 0, 0, 0, 0, 0, "]"), [1.5, -0.5]],
    ["constants, padding and characters", bytes("[TFNZCa]"), [true, false, null, "a"]],
    ["texts", bytes("SU", 3, "abc"), "abc"],
    ["an object", bytes("{i", 1, "ai", 5, "U", 1, "b[]}"), { a: 5, b: [] }],
    ["a counted object", bytes("{#i", 1, "i", 1, "ai", 5), { a: 5 }],
    ["a counted list", bytes("[#i", 2, "i", 1, "SU", 1, "x"), [1, "x"]],
    ["a typed list of texts", bytes("[$S#i", 2, "U", 1, "xU", 1, "y"), ["x", "y"]],
    ["a typed list of numbers", bytes("[$I#i", 2, 0, 1, 0xff, 0xff), Int16Array.of(1, -1)],
    ["an empty typed list", bytes("[$d#i", 0), new Float32Array()],
  ])("reads %s", (_, file, value) => {
    expect(parseUbjson(file)).toEqual(value);
  });

  it.each([
    ["nothing", bytes()],
    ["an unknown marker", bytes("x")],
    ["a text that is longer than the file", bytes("Sl", 0x7f, 0xff, 0xff, 0xff, "a")],
    ["a list that is longer than the file", bytes("[$d#l", 0x7f, 0xff, 0xff, 0xff)],
    ["a list of constants without end", bytes("[$Z#l", 0x7f, 0xff, 0xff, 0xff)],
    ["a negative length", bytes("Si", 0xff)],
    ["a length that is no integer", bytes("Sd", 0, 0, 0, 0)],
    ["a type without a length", bytes("[$d", 0, 0)],
    ["a text that is not UTF-8", bytes("SU", 1, 0xff)],
    ["an object without its end", bytes("{i", 1, "ai", 5)],
    ["more than a value", bytes("TT")],
    ["lists in lists in lists", bytes("[".repeat(100_000))],
  ])("refuses %s", (_, file) => {
    expect(() => parseUbjson(file)).toThrow(expect.objectContaining({ code: "MODEL_FILE_INVALID" }));
  });

  it("ends in a value or a SetosaError, whatever the bytes", () => {
    const model = readFileSync(new URL("../../test/fixtures/boosters/xgboost/binary-ubj.ubj", import.meta.url));
    fc.assert(
      fc.property(fc.nat({ max: model.length - 1 }), fc.nat({ max: 255 }), fc.nat({ max: model.length }), (at, byte, end) => {
        const damaged = Uint8Array.from(model.subarray(0, Math.max(end, 300)));
        damaged[at % damaged.length] = byte;
        try {
          readModel(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(SetosaError);
        }
      }),
      { numRuns: 300, seed: 4 },
    );
  });
});
