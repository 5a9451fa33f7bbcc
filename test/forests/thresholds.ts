import type { Dice } from "./dice.ts";
import { neighbour, type Precision } from "./neighbours.ts";

/** The values that splits of a feature ask for, and rows that lie on and next to them. */

export const thresholdKinds = ["special", "scattered", "integers", "neighbours", "any bits"] as const;
export type ThresholdKind = (typeof thresholdKinds)[number];

/** What compares oddly, or lies at an end of what a float can be. */
export function specials(precision: Precision): number[] {
  const double = [Number.MIN_VALUE, 2.2250738585072014e-308, Number.MAX_VALUE];
  const single = [2 ** -149, 2 ** -126 - 2 ** -149, 2 ** -126, (2 - 2 ** -23) * 2 ** 127];
  const sizes = [0, 1, 0.1, 16777216, 1e30, Number.POSITIVE_INFINITY, ...single, ...(precision === "float64" ? double : [])];
  return sizes.flatMap((size) => [size, -size]).map(rounding(precision));
}

export function rounding(precision: Precision): (x: number) => number {
  return precision === "float32" ? Math.fround : (x) => x;
}

/** `count` distinct thresholds from low to high (fewer of a kind that has fewer). */
export function thresholds(dice: Dice, kind: ThresholdKind, count: number, precision: Precision): number[] {
  const round = rounding(precision);
  // 0 and -0 are two values here: no engine may tell them apart.
  if (kind === "special") return dice.shuffled(specials(precision)).slice(0, count).sort(upwards);
  if (kind === "neighbours") {
    const start = round(dice.pick([0, 1, -1, 0.1, 1e30, 2 ** 24]));
    const from = neighbour(start, -Math.floor(count / 2), precision);
    return Array.from({ length: count }, (_, index) => neighbour(from, index, precision));
  }
  const made = new Set<number>();
  while (made.size < count)
    made.add(kind === "integers" ? made.size - 3 : round(kind === "any bits" ? anyBits(dice) : (dice.next() - 0.5) * 100) + 0);
  return [...made].sort(upwards);
}

function upwards(a: number, b: number): number {
  return a - b;
}

/** A finite float32 of any size. */
function anyBits(dice: Dice): number {
  const bits = Int32Array.of(Math.floor(dice.next() * 2 ** 32));
  const value = new Float32Array(bits.buffer)[0] as number;
  return Number.isFinite(value) ? value : 0;
}

/** A value on a threshold or next to one, or a special one. */
export function valueNear(dice: Dice, pool: readonly number[], precision: Precision): number {
  if (pool.length === 0 || dice.chance(0.08)) return dice.pick([...specials(precision), Number.NaN]);
  if (dice.chance(0.1)) return Number.NaN;
  return neighbour(dice.pick(pool), dice.pick([-1, 0, 0, 1]), precision);
}
