/**
 * Elementary functions that kernels import from the host. They are rare in models, and exact reduction of
 * their arguments is long; hosts agree to a few units in the last place of float64, which rounding to float32 hides.
 */
export const hostMath = {
  acos: Math.acos,
  acosh: Math.acosh,
  asin: Math.asin,
  asinh: Math.asinh,
  atan: Math.atan,
  atanh: Math.atanh,
  cos: Math.cos,
  cosh: Math.cosh,
  log: Math.log,
  pow: power,
  remainder: (a: number, b: number): number => a % b,
  sin: Math.sin,
  sinh: Math.sinh,
  tan: Math.tan,
} as const;

export type HostFunction = keyof typeof hostMath;

/** As C's `pow`, which is 1 for a base of 1 whatever the exponent, and for -1 to an infinite one; JavaScript says NaN. */
function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY)) return 1;
  return base ** exponent;
}
