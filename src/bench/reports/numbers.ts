/** Stands for a figure that there is none of. */
export const absent = "–";

/** A whole number with a comma between thousands: `31,240`. */
export function count(value: number): string {
  if (!Number.isFinite(value)) return absent;
  return grouped(value, 0);
}

/** Three significant digits, or all digits of the whole part: `0.412`, `12.4`, `31,240`. Never an exponent between 10⁻⁶ and 10¹⁵. */
export function significant(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return absent;
  if (value === 0) return "0";
  // Rounded first: 9.996 has one digit before its point, 10.0 has two.
  const rounded = Number(value.toPrecision(digits));
  const size = Math.floor(Math.log10(Math.abs(rounded)));
  if (size < -6) return value.toExponential(digits - 1);
  return size >= digits ? grouped(value, 0) : rounded.toFixed(digits - 1 - size);
}

/** Significant digits without zeros at their end, for the ticks of an axis: `0.5`, `20,000`. */
export function tick(value: number, digits = 3): string {
  const text = significant(value, digits);
  return text.includes(".") && !text.includes("e") ? text.replace(/\.?0+$/, "") : text;
}

/** Seconds in the unit that people would use: `412 ms`, `1.5 s`, `2 min 5 s`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return absent;
  if (seconds < 1) return `${tick(seconds * 1000)} ms`;
  if (seconds < 120) return `${tick(seconds)} s`;
  const whole = Math.round(seconds);
  return whole % 60 === 0 ? `${count(whole / 60)} min` : `${count(Math.floor(whole / 60))} min ${whole % 60} s`;
}

/** `0.018` is `1.8 %`. */
export function percent(share: number): string {
  return Number.isFinite(share) ? `${tick(Number((share * 100).toPrecision(2)))} %` : absent;
}

/**
 * Factors that are read side by side, with the same number of decimals: two; three where one of them is so near to 1 that
 * two would hide on which side it lies, or is less than 1; and more for small ones, which would look alike.
 */
export function factors(values: readonly number[]): string[] {
  const least = values.reduce((a, b) => (b > 0 ? Math.min(a, b) : a), Number.POSITIVE_INFINITY);
  const near = values.some((value) => Math.abs(value - 1) < 0.05);
  const decimals = least < 1 ? Math.min(9, 2 - Math.floor(Math.log10(least))) : near ? 3 : 2;
  return values.map((value) => (!Number.isFinite(value) ? absent : value >= 100 ? significant(value) : value.toFixed(decimals)));
}

function grouped(value: number, decimals: number): string {
  if (Math.abs(value) >= 1e15) return value.toExponential(2);
  const [whole = "", rest] = value.toFixed(decimals).split(".");
  const commas = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return rest === undefined ? commas : `${commas}.${rest}`;
}
