import { type Call, malformed } from "./evaluate.ts";

/** An axis counted from 0, of one that may be counted from the end. `end` allows the axis behind the last one. */
export function axisOf(call: Call, axis: number, rank: number, end = false): number {
  const counted = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(counted) || counted < 0 || counted >= rank + (end ? 1 : 0))
    malformed(call, `the axis ${axis} is not one of ${rank} dimensions`);
  return counted;
}

/** The elements of `shape` from axis `start` (inclusive) to `stop` (exclusive). */
export function countOf(shape: readonly number[], start = 0, stop = shape.length): number {
  return shape.slice(start, stop).reduce((product, size) => product * size, 1);
}
