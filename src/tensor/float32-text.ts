/** 10^0 … 10^22, every power of ten that a float64 holds exactly. */
const powers = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/**
 * A float32 as JSON, with 6 to 9 significant digits: as few as give the same float32 back, so that
 * the float32 nearest to 0.98 reads `0.98` and not `0.9799999594688416`. NaN and infinities are `null`.
 */
export function float32Text(value: number): string {
  return Number.isFinite(value) ? String(shortFloat32(value)) : "null";
}

/** The float64 with the fewest significant digits (6 to 9) that rounds to this finite float32. */
export function shortFloat32(value: number): number {
  const size = Math.abs(value);
  // Whole numbers below 2^24 are as short as they get; 0 keeps its sign.
  if (size < 16_777_216 && value === Math.trunc(value)) return value;
  const exponent = Math.floor(Math.log10(size));
  for (let digits = 6; digits <= 9; digits++) {
    const shift = digits - 1 - exponent;
    // Within exact powers of ten the quotient is the float64 nearest to those digits.
    if (shift < 0 || shift > 22) break;
    const power = powers[shift] as number;
    const short = Math.round(value * power) / power;
    if (Math.fround(short) === value) return short;
  }
  for (let digits = 6; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}
