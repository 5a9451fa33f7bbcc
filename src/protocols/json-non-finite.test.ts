import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SetosaError } from "../errors.ts";
import type { Turns } from "../models/turns.ts";
import { parseJsonBody } from "./json-body.ts";
import { parseNonFiniteJson, replaceNonFinite } from "./json-non-finite.ts";
import { parseJsonRows } from "./json-rows.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const turns: Turns = { now: () => 0, next: async () => {}, enter: () => {}, leave: () => {} };

function refusal(text: string): string {
  try {
    parseNonFiniteJson(bytes(text), 32);
  } catch (error) {
    if (error instanceof SetosaError) return `${error.code} ${error.message}`;
    throw error;
  }
  throw new Error("accepted");
}

/** As Python writes JSON: numbers that are none by their names. */
function python(value: unknown): string {
  if (typeof value === "number") return Object.is(value, -0) ? "-0.0" : String(value);
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{${Object.entries(value)
      .map(([key, inner]) => `${JSON.stringify(key)}: ${python(inner)}`)
      .join(", ")}}`;
  return JSON.stringify(value);
}

/** NaN is a missing value. */
function nulled(value: unknown): unknown {
  if (typeof value === "number") return Number.isNaN(value) ? null : value;
  if (Array.isArray(value)) return value.map(nulled);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, nulled(inner)]));
  return value;
}

const text = fc.oneof(fc.string(), fc.constantFrom("NaN", '"NaN', "\\", '\\"', "-Infinity", ", NaN, "));
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, fc.double(), text, fc.boolean(), fc.constant(null), tie("list"), tie("object")),
  list: fc.array(tie("value"), { maxLength: 5 }),
  object: fc.dictionary(text, tie("value"), { maxKeys: 4 }),
}));

describe("JSON with numbers that are none", () => {
  it("is read as Python writes it", () => {
    fc.assert(
      fc.property(value, (given) => {
        expect(parseNonFiniteJson(bytes(python(given)), 100)).toEqual(nulled(given));
      }),
    );
  });

  it("is read in pieces too", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 6 }), fc.boolean(), async (list, wrapped) => {
        const elements = `[${list.map(python).join(`,${" ".repeat(70_000)}`)}]`;
        const body = bytes(wrapped ? `{"instances": ${elements}}` : elements);
        expect(await parseJsonRows(body, 100, turns, replaceNonFinite)).toEqual(wrapped ? { instances: nulled(list) } : nulled(list));
      }),
      { numRuns: 50 },
    );
  });

  it("does not change JSON", () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(parseNonFiniteJson(bytes(json), 1000)).toEqual(parseJsonBody(bytes(json), 1000));
      }),
    );
  });

  it.each([
    ["[NaN, 1,]", /position 8: a comma has nothing after it/],
    ["[-NaN0]", /position 1/],
    ["[1NaN]", /position 2/],
    ["[1Infinity]", /position 2/],
    ["[Infinity1]", /position 1/],
    ["[Infinity.5]", /position 9/],
    ["[nan]", /position 1/],
    ["{NaN: 1}", /position 1: expected a key/],
    ['["NaN]', /position 1: a string has no closing quote/],
    ["NaN NaN", /position 4: there is more text/],
    ["", /BODY_EMPTY/],
    [`${"[".repeat(33)}NaN`, /JSON_TOO_DEEP/],
  ])("refuses %s", (body, message) => {
    expect(refusal(body)).toMatch(message);
  });

  it("takes strings of any length", () => {
    const long = '\\\\\\"'.repeat(2_000_000);
    expect(parseNonFiniteJson(bytes(`["${long}", NaN]`), 4)).toEqual([JSON.parse(`"${long}"`), null]);
  });
});
