import fc from "fast-check";
import { expect, it } from "vitest";
import { binOf, padEdges } from "./bin-search.ts";

const naive = (edges: readonly number[], value: number) => edges.filter((edge) => value > edge).length;

it("finds the bin by halving as counting does", () => {
  const edges = fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { maxLength: 40 }).map((list) => list.sort((a, b) => a - b));
  fc.assert(
    fc.property(edges, fc.oneof(fc.integer({ min: -60, max: 60 }), fc.double({ noNaN: true })), (list, value) => {
      expect(binOf(padEdges(list, false), value)).toBe(naive(list, value));
    }),
  );
});

it("has one bin without edges, infinities at the ends, and a value on an edge below it", () => {
  expect(binOf(padEdges([], false), 5)).toBe(0);
  expect([Number.NEGATIVE_INFINITY, 1, 1.5, 2, Number.POSITIVE_INFINITY].map((value) => binOf(padEdges([1, 2], false), value))).toEqual([
    0, 0, 1, 1, 2,
  ]);
});

it("rounds edges as float32 inputs are", () => {
  expect(binOf(padEdges([0.1], true), Math.fround(0.1))).toBe(0);
  expect(binOf(padEdges([0.1], false), Math.fround(0.1))).toBe(1);
});
