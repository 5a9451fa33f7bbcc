import { shortFloat32 } from "../../tensor/float32-text.ts";

/**
 * A float as TensorFlow Serving's WriteDecimal writes it: as few digits as give the same float back, with `.0` where it is whole, so that
 * clients which look at the token take it for a float, and NaN and the infinities by their names, which JSON itself does not have.
 */
export function decimalText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return Object.is(value, -0) ? "-0.0" : `${value}.0`;
  return String(value);
}

export function decimalText32(value: number): string {
  return decimalText(Number.isFinite(value) ? shortFloat32(value) : value);
}
