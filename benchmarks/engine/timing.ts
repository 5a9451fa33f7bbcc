import type { Contender, ContenderId } from "./contenders.ts";
import { shuffled } from "./statistics.ts";

/** Microseconds per row, one figure a round, by contender. */
export type Rounds = Partial<Record<ContenderId, readonly number[]>>;

export interface Timing {
  /** One row at a time. */
  readonly one: Rounds;
  /** All rows in one call. */
  readonly many: Rounds;
}

/** Why a contender was not measured to the end. */
export type Failures = Map<ContenderId, string>;

export interface TimingPlan {
  readonly rows: number;
  /** Rounds of one row at a time. */
  readonly rounds: number;
  /** Seconds that all rounds of batches may take together, and the most rounds. */
  readonly batchSeconds: number;
  readonly batchRounds: number;
}

/** Time that a contender gets in a round, and the fewest and most calls. */
const sliceMicroseconds = 12_000;
const fewestCalls = 16;
/** Nothing that has predicted all rows takes as long for a part of them. */
const seconds = 120;
const fewestBatchRounds = 3;

/** Times contenders that take turns: every round gives each of them a slice, in random order, and is compared within itself only. */
export async function timed(
  contenders: readonly Contender[],
  plan: TimingPlan,
  random: () => number,
  failed: Failures = new Map(),
): Promise<Timing> {
  const one = await inRounds(contenders, plan.rounds, random, await oneRow(contenders, plan, failed), failed);
  const batching = contenders.filter(({ batches, id }) => batches && !id.endsWith("predict"));
  // The objects of `predict` make no batch, unless the model takes nothing else.
  const many = batching.some(({ id }) => id === "node predictRaw") ? batching : contenders.filter(({ batches }) => batches);
  const once = new Map<Contender, number>();
  for (const contender of many)
    await guarded(contender, failed, async () => {
      await batch(contender);
      once.set(contender, await batch(contender));
    });
  const round = [...once.values()].reduce((sum, time) => sum + time, 0) * plan.rows * 1e-6;
  const rounds = Math.max(fewestBatchRounds, Math.min(plan.batchRounds, Math.floor(plan.batchSeconds / round)));
  return { one, many: await inRounds(many, rounds, random, batch, failed) };
}

async function inRounds(
  contenders: readonly Contender[],
  rounds: number,
  random: () => number,
  measure: (contender: Contender, random: () => number) => Promise<number>,
  failed: Failures,
): Promise<Rounds> {
  const times = new Map<ContenderId, number[]>(contenders.map(({ id }) => [id, []]));
  for (let round = 0; round < rounds; round++)
    for (const contender of shuffled(contenders, random))
      await guarded(contender, failed, async () => void times.get(contender.id)?.push(await measure(contender, random)));
  return Object.fromEntries([...times].filter(([, own]) => own.length === rounds));
}

/** Goes on without a contender that ended or got stuck: it is named, and whoever else is left is measured. */
async function guarded(contender: Contender, failed: Failures, work: () => Promise<void>): Promise<void> {
  if (failed.has(contender.id)) return;
  try {
    await work();
  } catch (error) {
    failed.set(contender.id, error instanceof Error ? error.message : String(error));
  }
}

/** Finds how many calls fill a contender's slice, which warms it up, too. */
async function oneRow(contenders: readonly Contender[], { rows }: TimingPlan, failed: Failures) {
  const calls = new Map<Contender, number>();
  for (const contender of contenders)
    await guarded(contender, failed, async () => {
      let count = fewestCalls;
      for (let warm = 0; warm < 8; warm++) {
        const microseconds = await slice(contender, count, 0);
        count = Math.min(1e6, Math.max(fewestCalls, Math.round(sliceMicroseconds / microseconds)));
      }
      calls.set(contender, count);
    });
  return (contender: Contender, random: () => number): Promise<number> =>
    slice(contender, calls.get(contender) ?? fewestCalls, Math.floor(random() * rows));
}

async function slice({ process, word }: Contender, calls: number, from: number): Promise<number> {
  return Number(await process.ask(`one ${calls} ${from} ${word}`.trim(), seconds));
}

async function batch({ process, word }: Contender): Promise<number> {
  return Number(await process.ask(`many ${word}`.trim(), seconds));
}
