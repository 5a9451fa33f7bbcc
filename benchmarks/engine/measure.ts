import type { Contender } from "./contenders.ts";

export interface Measurement {
  readonly contender: string;
  /** Median over the rounds, in microseconds per prediction. */
  readonly microseconds: number;
  /** The middle half of the rounds. */
  readonly quartiles: readonly [number, number];
  /** Median over the rounds of the last contender's time divided by this one's, in the same round. */
  readonly ratio: number;
}

/** Time that one contender gets in a round. */
const sliceMilliseconds = 15;

/**
 * Times contenders side by side: every round gives each of them a slice, in random order, on different
 * rows, and compares only within the round.
 */
export async function measure(
  contenders: readonly Contender[],
  rows: number,
  rounds: number,
  random: () => number,
): Promise<Measurement[]> {
  const repeats = new Map<Contender, number>();
  for (const contender of contenders) repeats.set(contender, await calibrate(contender, rows));
  const times = new Map(contenders.map((contender) => [contender, [] as number[]]));
  for (let round = 0; round < rounds; round++)
    for (const contender of shuffled(contenders, random))
      times.get(contender)?.push(await slice(contender, rows, repeats.get(contender) ?? 1));
  const reference = times.get(contenders.at(-1) as Contender) ?? [];
  return contenders.map((contender) => {
    const own = times.get(contender) ?? [];
    return {
      contender: contender.name,
      microseconds: quantile(own, 0.5),
      quartiles: [quantile(own, 0.25), quantile(own, 0.75)],
      ratio: quantile(
        own.map((time, round) => (reference[round] as number) / time),
        0.5,
      ),
    };
  });
}

/** Predictions that fill a slice; finding that out warms the contender up for half a second too. */
async function calibrate(contender: Contender, rows: number): Promise<number> {
  let repeats = 64;
  const end = performance.now() + 500;
  while (performance.now() < end) {
    const microseconds = await slice(contender, rows, repeats);
    repeats = Math.max(16, Math.round((sliceMilliseconds * 1000) / microseconds));
  }
  return repeats;
}

let sink = 0;

/** Microseconds per prediction. */
async function slice({ predict }: Contender, rows: number, repeats: number): Promise<number> {
  const start = performance.now();
  let row = Math.floor(sink) % rows;
  if (row < 0) row = 0;
  for (let index = 0; index < repeats; index++) {
    const value = predict(row);
    sink += typeof value === "number" ? value : await value;
    row = row + 1 === rows ? 0 : row + 1;
  }
  sink %= 1000;
  return ((performance.now() - start) * 1000) / repeats;
}

export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
