/** Points and weights on the interval from 0 to 1. */
export interface QuadratureRule {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

/**
 * The Gauss-Legendre rule of `count` points, which integrates every polynomial of a degree up to 2 × count - 1 exactly
 * (Abramowitz and Stegun, 25.4.29). Points are the roots of the Legendre polynomial, found by Newton's method from Tricomi's guess.
 */
export function gaussLegendre(count: number): QuadratureRule {
  const points = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    let x = Math.cos((Math.PI * (index + 0.75)) / (count + 0.5));
    let slope = 1;
    for (let step = 0; step < 100; step++) {
      const legendre = legendreAt(count, x);
      slope = legendre.slope;
      const change = legendre.value / slope;
      x -= change;
      if (Math.abs(change) < 1e-15) break;
    }
    slope = legendreAt(count, x).slope;
    // From [-1, 1] to [0, 1]: half the length, half the weights.
    points[count - 1 - index] = (1 + x) / 2;
    weights[count - 1 - index] = 1 / ((1 - x * x) * slope * slope);
  }
  return { points, weights };
}

/** By the three-term recurrence. */
function legendreAt(degree: number, x: number): { readonly value: number; readonly slope: number } {
  let before = 1;
  let value = x;
  for (let n = 2; n <= degree; n++) [before, value] = [value, ((2 * n - 1) * x * value - (n - 1) * before) / n];
  return { value, slope: (degree * (x * value - before)) / (x * x - 1) };
}
