import { median, medianInterval, type Random } from "./measure/statistics.ts";
import type { ClientResult, Comparison, Measure, Noise, Refusal, Round, TargetResult } from "./result.ts";

/** From so many on, chance can be told from difference. */
const leastRounds = 5;
/** Shorter rounds are start-up and single slow answers. */
const leastRoundSeconds = 0.2;
/** A client that is on its core for more than this share of the time may be what is measured. */
export const saturatedShare = 0.9;

const allMeasures: readonly Measure[] = ["answersPerSecond", "cpuMicrosecondsPerAnswer", "p99"];

/** What the first target's second turns say of chance, by measure. */
export function noiseOf(rounds: readonly Round[], control: readonly Round[], random: Random): NonNullable<ClientResult["noise"]> {
  return Object.fromEntries(
    allMeasures.flatMap((measure): [Measure, Noise][] => {
      const ratios = ratiosOf(control, rounds, measure);
      if (ratios.length === 0) return [];
      const [low, high] = medianInterval(ratios, random);
      return [[measure, { ratios, relative: Math.max(Math.abs(low - 1), Math.abs(high - 1)) }]];
    }),
  );
}

/** Every pair of targets by requests per second (in an open loop by latency), and by CPU time per request where it is known. */
export function compareTargets(
  targets: readonly TargetResult[],
  openLoop: boolean,
  noise: ClientResult["noise"],
  random: Random,
): Comparison[] {
  const measures: readonly Measure[] = openLoop ? ["p99", "cpuMicrosecondsPerAnswer"] : ["answersPerSecond", "cpuMicrosecondsPerAnswer"];
  const pairs = targets.flatMap((_, first) => targets.slice(first + 1).map((_, index) => [first, first + 1 + index] as const));
  return pairs.flatMap(([first, second]) =>
    measures.map((measure) => compare(targets, first, second, measure, noise?.[measure]?.relative, random)),
  );
}

/** Round by round; none for a round in which one of them has no value. */
function ratiosOf(ones: readonly Round[], others: readonly Round[], measure: Measure): number[] {
  const byRound = new Map(others.map((other) => [other.round, other]));
  return ones.flatMap((one) => {
    const other = byRound.get(one.round);
    const ratio = other === undefined ? Number.NaN : measureOf(one, measure) / measureOf(other, measure);
    return Number.isFinite(ratio) && ratio > 0 ? [ratio] : [];
  });
}

function compare(
  targets: readonly TargetResult[],
  first: number,
  second: number,
  measure: Measure,
  noise: number | undefined,
  random: Random,
): Comparison {
  const pair = { measure, first, second };
  const refuse = (code: Refusal["code"], message: string): Comparison => ({ ...pair, ratios: [], refusal: { code, message } });
  const [a, b] = [targets[first] as TargetResult, targets[second] as TargetResult];
  const refused = a.refusal ?? b.refusal;
  if (refused !== undefined) return refuse("TARGET_REFUSED", refused.message);
  const ratios = ratiosOf(a.rounds, b.rounds, measure);
  if (ratios.length < a.rounds.length || ratios.length === 0)
    return refuse("NOT_MEASURED", `${words[measure]} could not be measured for both`);
  const [low, high] = medianInterval(ratios, random);
  const measured = { ...pair, ratios, ratio: median(ratios), interval: [low, high] as const };
  const doubt = doubtOf(measured, a, b, noise);
  return doubt === undefined ? measured : { ...measured, refusal: doubt };
}

function doubtOf(
  {
    ratios,
    ratio,
    interval: [low, high],
    measure,
  }: { ratios: readonly number[]; ratio: number; interval: readonly [number, number]; measure: Measure },
  a: TargetResult,
  b: TargetResult,
  noise: number | undefined,
): Refusal | undefined {
  if (ratios.length < leastRounds)
    return { code: "NOT_MEASURED", message: `${ratios.length} rounds cannot tell a difference from chance: ${leastRounds} or more can` };
  const shortest = Math.min(...[a, b].map(({ rounds }) => median(rounds.map(({ seconds }) => seconds))));
  if (shortest < leastRoundSeconds)
    return {
      code: "NOT_MEASURED",
      message: `rounds of ${Math.round(shortest * 1000)} ms are too short to compare: ${leastRoundSeconds * 1000} ms or more are not`,
    };
  const busy = [a, b].filter(({ rounds }) => median(rounds.map(({ clientBusy }) => clientBusy)) >= saturatedShare);
  if (measure === "answersPerSecond" && busy.length > 0)
    return {
      code: "CLIENT_SATURATED",
      message: `the client was at its limit with ${busy.map(({ name }) => name).join(" and ")}: what was measured is the client. Compare CPU time per request, or give the client more threads and cores`,
    };
  const share = Math.abs(ratio - 1);
  if ((low <= 1 && high >= 1) || share <= (noise ?? 0))
    return {
      code: "NO_DIFFERENCE",
      message: `no difference: the interval ${low.toFixed(3)}–${high.toFixed(3)}${noise === undefined ? "" : `, and ${(noise * 100).toFixed(1)} % between two measurements of one target`}`,
    };
  return undefined;
}

function measureOf(round: Round, measure: Measure): number {
  return measure === "p99" ? round.latency.p99 : (round[measure] ?? Number.NaN);
}

const words: Readonly<Record<Measure, string>> = {
  answersPerSecond: "requests per second",
  cpuMicrosecondsPerAnswer: "CPU time per request",
  p99: "the 99th percentile of latency",
};
