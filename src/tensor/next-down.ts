const float64 = new Float64Array(1);
const bits64 = new BigInt64Array(float64.buffer);
const float32 = new Float32Array(1);
const bits32 = new Int32Array(float32.buffer);

/** The next number below `value` in the precision; `value` is a finite number of that precision, or Infinity. */
export function nextDown(value: number, precision: "float32" | "float64"): number {
  if (precision === "float64") {
    if (value === 0) return -Number.MIN_VALUE;
    float64[0] = value;
    // Ordered floats have ordered bit patterns, ascending for positive and descending for negative ones.
    bits64[0] = (bits64[0] as bigint) + (value > 0 ? -1n : 1n);
    return float64[0];
  }
  if (value === 0) return -(2 ** -149);
  float32[0] = value;
  bits32[0] = (bits32[0] as number) + (value > 0 ? -1 : 1);
  return float32[0];
}
