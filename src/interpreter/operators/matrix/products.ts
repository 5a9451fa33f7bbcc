/** Σ a·b over `count` elements of each, from a start in steps; in float64, rounded by whoever stores it. */
export function dotProduct(
  a: ArrayLike<number>,
  aStart: number,
  aStep: number,
  b: ArrayLike<number>,
  bStart: number,
  bStep: number,
  count: number,
): number {
  let sum = 0;
  for (let index = 0; index < count; index++) sum += (a[aStart + index * aStep] as number) * (b[bStart + index * bStep] as number);
  return sum;
}
