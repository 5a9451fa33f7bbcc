/** From values to places along an axis. */
export interface Scale {
  readonly place: (value: number) => number;
  readonly ticks: readonly number[];
}

/** From 0 to the first tick that no value is above. */
export function linearScale(greatest: number, start: number, end: number, steps = 5): Scale {
  // Beyond these, products and quotients of floating-point numbers are 0 or infinite.
  const top = greatest > 1e-100 && greatest < 1e100 ? greatest : 1;
  const step = niceStep(top / steps);
  // Floating point would add a step for 0.30000000000000004 / 0.1.
  const last = Math.ceil(top / step - 1e-9);
  const limit = last * step;
  return {
    place: (value) => start + ((end - start) * within(value, 0, limit)) / limit,
    ticks: Array.from({ length: last + 1 }, (_, index) => Number((index * step).toPrecision(12))),
  };
}

/** The least of 1, 2, 5, 10, 20 … (times a power of ten) that is not below. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least * (1 - 1e-9)) ?? 10 * power;
}

/**
 * Logarithmic, from a tick that no value is below to one that none is above. Zero has no logarithm: it stands at the
 * start, with `least`.
 * @param least Greater than 0
 */
export function logScale(least: number, greatest: number, start: number, end: number): Scale {
  const low = Number.isFinite(least) && least > 0 ? least : 1;
  const high = Number.isFinite(greatest) && greatest > low ? greatest : low;
  const fine = high / low < 300;
  const ticks = logTicks(low, high, fine ? [1, 2, 5] : [1]);
  const bottom = Math.log(ticks[0] ?? low);
  const top = Math.log(ticks.at(-1) ?? high);
  const [lowest, highest] = [Math.exp(bottom), Math.exp(top)];
  return { place: (value) => start + ((end - start) * (Math.log(within(value, lowest, highest)) - bottom)) / (top - bottom), ticks };
}

/** Always two or more. */
function logTicks(least: number, greatest: number, factors: readonly number[]): number[] {
  const all: number[] = [];
  for (let power = Math.floor(Math.log10(least)); power <= Math.ceil(Math.log10(greatest)) + 1; power++)
    for (const factor of factors) all.push(Number((factor * 10 ** power).toPrecision(6)));
  const first = all.findLastIndex((tick) => tick <= least * (1 + 1e-9));
  const last = all.findIndex((tick) => tick >= greatest * (1 - 1e-9));
  return all.slice(Math.max(0, first), Math.max(last, Math.max(0, first) + 1) + 1);
}

const factorsAbove = [1.005, 1.01, 1.02, 1.03, 1.05, 1.1, 1.2, 1.3, 1.5, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000];
const factorsBelow = [0.995, 0.99, 0.98, 0.97, 0.95, 0.9, 0.8, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];
const leastTickDistance = 0.13;

/** Logarithmic, so that twice and half are as far from 1; always with room on both sides of 1. */
export function ratioScale(values: readonly number[], start: number, end: number): Scale {
  const known = values.filter((value) => Number.isFinite(value) && value > 0);
  const low = Math.log(known.reduce((a, b) => Math.min(a, b), 0.99));
  const high = Math.log(known.reduce((a, b) => Math.max(a, b), 1.01));
  const margin = (high - low) * 0.06;
  const [bottom, width] = [low - margin, high - low + 2 * margin];
  const share = (value: number): number => (Math.log(value) - bottom) / width;
  return {
    place: (value) => start + (end - start) * within(value > 0 ? share(value) : 0, 0, 1),
    ticks: [...ticksFrom1(factorsBelow, share).reverse(), 1, ...ticksFrom1(factorsAbove, share)],
  };
}

/** Away from 1, so far from each other that their labels do not touch. */
function ticksFrom1(candidates: readonly number[], share: (value: number) => number): number[] {
  let last = share(1);
  return candidates.filter((candidate) => {
    const here = share(candidate);
    if (here < 0 || here > 1 || Math.abs(here - last) < leastTickDistance) return false;
    last = here;
    return true;
  });
}

function within(value: number, least: number, greatest: number): number {
  return Number.isNaN(value) ? least : Math.min(greatest, Math.max(least, value));
}
