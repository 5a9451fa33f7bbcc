/** Numbers as people read them: few digits, a unit, the same everywhere on the page. */

const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** `1,234`, and from a hundred thousand on `123k`, `4.5M`. */
export function formatCount(count: number): string {
  if (count < 100_000) return grouped.format(count);
  const [unit, size] = count < 1e6 ? (["k", 1e3] as const) : count < 1e9 ? (["M", 1e6] as const) : (["G", 1e9] as const);
  return `${digits(count / size)}${unit}`;
}

/** `0`, `0.4`, `12.3`, `1,234`: what happens in a second. */
export function formatRate(rate: number): string {
  return rate >= 100 ? formatCount(Math.round(rate)) : digits(rate);
}

/** `85 µs`, `1.2 ms`, `3.4 s`; a dash where nothing was timed. */
export function formatMilliseconds(milliseconds: number | null): string {
  if (milliseconds === null) return "–";
  if (milliseconds < 1) return `${digits(milliseconds * 1000)} µs`;
  if (milliseconds < 1000) return `${digits(milliseconds)} ms`;
  return `${digits(milliseconds / 1000)} s`;
}

/** `812 B`, `5.9 kB`, `78 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${digits(bytes / 1e3)} kB`;
  if (bytes < 1e9) return `${digits(bytes / 1e6)} MB`;
  return `${digits(bytes / 1e9)} GB`;
}

/** `0 %`, `0.2 %`, `37 %`. */
export function formatShare(share: number): string {
  return `${digits(share * 100)} %`;
}

/** A feature's value or bound: all digits that mean something, and no more. */
export function formatValue(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}

/** Three digits, and none behind the point from a hundred on. */
function digits(value: number): string {
  if (value === 0) return "0";
  return value >= 100 ? grouped.format(value) : String(Number(value.toPrecision(value >= 10 ? 3 : 2)));
}
