import { describe, expect, it } from "vitest";
import { differences } from "./expectation.ts";

describe("differences", () => {
  it.each([
    [{ a: [1, "x", null] }, { a: [1, "x", null] }],
    [{ $near: 0.5 }, 0.5000001],
    [{ $type: "array" }, []],
    [{ $pattern: "^No .*y$" }, "No model y"],
    [{ $has: { a: 1 } }, { a: 1, b: 2 }],
    [{ $includes: [{ name: "b" }] }, [{ name: "a" }, { name: "b" }]],
    [{ $each: { $type: "number" } }, [1, 2]],
    [{ $anyOf: [1, 2] }, 2],
    [0, -0],
  ])("takes what was expected: %j", (expected, found) => expect(differences(expected, found)).toEqual([]));

  it.each([
    [{ a: 1 }, { a: 1, b: 2 }, "$.b is there: 2"],
    [{ a: 1 }, {}, "$.a is absent: {}"],
    [{ a: { b: 1 } }, { a: { b: "1" } }, '$.a.b is "1" instead of 1'],
    [[1, 2], [1], "$ has 1 elements instead of 2: [1]"],
    [[1], 1, "$ is 1 instead of a list"],
    [{ $near: 0.5 }, 0.51, "$ is 0.51 instead of about 0.5"],
    [{ $near: 0.5 }, "0.5", '$ is "0.5" instead of about 0.5'],
    [{ $type: "number" }, null, "$ is null instead of a number"],
    [{ $pattern: "x" }, "y", '$ is "y", which /x/ does not match'],
    [{ $has: { a: 1 } }, { b: 1 }, '$.a is absent: {"b":1}'],
    [{ $includes: ["b"] }, ["a"], '$ has no "b": ["a"]'],
    [{ $each: 1 }, [1, 2], "$[1] is 2 instead of 1"],
    [{ $anyOf: [1, 2] }, 3, "$ is none of 2 forms: $ is 3 instead of 1; or $ is 3 instead of 2"],
  ])("says what is not: %j, %j", (expected, found, line) => expect(differences(expected, found)).toEqual([line]));
});
