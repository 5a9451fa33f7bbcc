/** The end of an axis that begins at 0: 1, 2 or 5 times a power of ten, at least as large as the value. */
export function niceEnd(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= value * 0.999_999) ?? 10;
  return step * power;
}

/**
 * A line through points as an SVG path, with a gap wherever there is no value.
 * @param values Undefined or null where there is none
 */
export function linePath(values: readonly (number | null)[], xOf: (index: number) => number, yOf: (value: number) => number): string {
  let path = "";
  let drawing = false;
  for (const [index, value] of values.entries()) {
    if (value === null) {
      drawing = false;
      continue;
    }
    path += `${drawing ? "L" : "M"}${round(xOf(index))} ${round(yOf(value))}`;
    // A point alone would be no line at all.
    if (!drawing && (values[index + 1] ?? null) === null) path += "h0.01";
    drawing = true;
  }
  return path;
}

/** The ground between such a line and the axis. */
export function areaPath(values: readonly (number | null)[], xOf: (index: number) => number, yOf: (value: number) => number): string {
  const numbers = values.map((value) => value ?? 0);
  if (numbers.length === 0) return "";
  const top = linePath(numbers, xOf, yOf);
  return `${top}L${round(xOf(numbers.length - 1))} ${round(yOf(0))}L${round(xOf(0))} ${round(yOf(0))}Z`;
}

function round(position: number): number {
  return Math.round(position * 100) / 100;
}
