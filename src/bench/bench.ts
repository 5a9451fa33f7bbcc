import { looksConstant, refuseDisagreement } from "./agreement.ts";
import { measureCeiling } from "./client/ceiling.ts";
import { LoadPool, type MergedLoad } from "./client/load-pool.ts";
import { compareTargets, noiseOf, saturatedShare } from "./compare.ts";
import { busyCores, describeMachine } from "./machine.ts";
import { median, type Random, shuffle } from "./measure/statistics.ts";
import { Measured, roundOf } from "./measured.ts";
import { type BenchPlan, sampleSize } from "./plan.ts";
import { pinSelf } from "./process/pinning.ts";
import { cpuSecondsBetween, type Usage, usageOf } from "./process/server-processes.ts";
import type { BenchResult, Refusal, Round } from "./result.ts";
import { openTarget, sameProcess, type Target } from "./target.ts";

/** What the bench takes from outside. */
export interface BenchWorld {
  readonly random: Random;
  readonly date: () => Date;
  /** What is being done, in a few words; `share` of the whole from 0 to 1. */
  readonly progress: (what: string, share: number) => void;
}

/** A warm-up slice, and how much two in a row may differ in rate when it is over. */
const warmupSlice = 0.5;
const flat = 0.05;

/**
 * Measures the targets side by side: who answers and with what, the client's ceiling, warm-up, then rounds in which every
 * target has its turn in random order, the first one twice, as its own control.
 * @throws SetosaError ARGUMENT_INVALID where cores cannot be chosen
 */
export async function runBench(plan: BenchPlan, world: BenchWorld): Promise<BenchResult> {
  const started = world.date();
  const busyBefore = busyCores();
  const unpin = plan.clientCores === undefined ? undefined : pinSelf(plan.clientCores);
  const pool = new LoadPool(plan.threads);
  const targets: Target[] = [];
  try {
    for (const [index, target] of plan.targets.entries()) {
      world.progress(`asking ${target.name}`, 0);
      targets.push(await openTarget(plan, target, index + 1));
    }
    const measured = refuseDisagreement(targets, plan.expected).map((target) => new Measured(target));
    const ready = measured.filter(({ refusal }) => refusal === undefined);
    const warnings: string[] = [];
    world.progress("measuring the client", 0.02);
    const [first] = ready;
    const ceiling = first === undefined ? 0 : await ceilingFor(plan, pool, first.target);
    for (const one of ready) {
      world.progress(`warming up ${one.target.plan.name}`, 0.05);
      await warmUp(plan, pool, one, warnings);
    }
    const control = await runRounds(plan, pool, ready, world);
    const results = measured.map((one) => one.result());
    const noise = control.length === 0 ? undefined : noiseOf(first?.rounds ?? [], control, world.random);
    warnings.push(...warningsOf(plan, measured, busyBefore));
    return {
      version: plan.version,
      command: plan.command,
      date: started.toISOString(),
      machine: describeMachine(),
      settings: settingsOf(plan),
      client: { ceiling, ...(noise === undefined ? {} : { noise }) },
      targets: results,
      comparisons: compareTargets(results, plan.rate !== undefined, noise, world.random),
      warnings,
    };
  } finally {
    await Promise.all([pool.close(), ...targets.map(({ server }) => server?.stop())]);
    unpin?.();
  }
}

function ceilingFor(plan: BenchPlan, pool: LoadPool, { requests, answerBytes }: Target): Promise<number> {
  const [request = new Uint8Array()] = requests;
  const load = { request, answerBytes, connections: plan.connections, timeoutMilliseconds: plan.timeoutMilliseconds };
  return measureCeiling(pool, load, plan.serverCores);
}

/** The load of one round, a slice of the warm-up, or a control. */
function load(plan: BenchPlan, pool: LoadPool, target: Target, offset: number, seconds: number, count?: number): Promise<MergedLoad> {
  if (target.endpoint === undefined) throw new TypeError(`${target.plan.name} has not been reached.`);
  return pool.run({
    endpoint: target.endpoint,
    requests: target.requests,
    offset,
    expected: target.plan.constant === true ? [] : target.predictions,
    answerForm: target.answerForm,
    connections: plan.connections,
    seconds,
    timeoutMilliseconds: plan.timeoutMilliseconds,
    ...(plan.rate === undefined ? {} : { rate: plan.rate }),
    ...(count === undefined ? {} : { count }),
  });
}

/** Until two slices in a row have the same rate: just-in-time compilers need thousands of requests. */
async function warmUp(plan: BenchPlan, pool: LoadPool, { target }: Measured, warnings: string[]): Promise<void> {
  if (plan.warmupSeconds === 0) return;
  let before = 0;
  for (let seconds = 0; seconds < plan.warmupSeconds; seconds += warmupSlice) {
    const slice = await load(plan, pool, target, 0, Math.min(warmupSlice, plan.warmupSeconds));
    const rate = slice.answers / Math.max(slice.seconds, 1e-9);
    if (slice.answers === 0 || (before > 0 && Math.abs(rate / before - 1) < flat)) return;
    before = rate;
  }
  warnings.push(`${target.plan.name} was not yet steady after ${plan.warmupSeconds} s of warm-up; --warmup gives it more`);
}

/** @returns the second turns of the first target, where there is something to compare it with */
async function runRounds(plan: BenchPlan, pool: LoadPool, ready: readonly Measured[], { progress, random }: BenchWorld): Promise<Round[]> {
  const [first] = ready;
  const control: Round[] = [];
  for (let round = 0; round < plan.rounds; round++) {
    const turns = ready.map((measured) => ({ measured, isControl: false }));
    if (first !== undefined && ready.length > 1) turns.push({ measured: first, isControl: true });
    for (const [place, { measured, isControl }] of shuffle(turns, random).entries()) {
      if (measured.refusal !== undefined) continue;
      const { target } = measured;
      progress(`round ${round + 1} of ${plan.rounds}: ${target.plan.name}`, 0.1 + (0.9 * (round + place / turns.length)) / plan.rounds);
      const before = usage(target);
      const result = await load(plan, pool, target, round * 997, plan.roundSeconds, plan.roundRequests);
      const after = usage(target);
      const cpuSeconds = before === undefined || after === undefined ? undefined : cpuSecondsBetween(before, after);
      if (isControl) control.push(roundOf(round, place, result, cpuSeconds, after));
      else measured.add(round, place, result, cpuSeconds, after);
      const doubt = doubtOf(plan, measured, result);
      if (doubt !== undefined) measured.refuse(doubt);
    }
  }
  return control;
}

function usage({ processes }: Target): Usage | undefined {
  return processes === undefined ? undefined : usageOf(processes);
}

/** What takes a target out of the ranking in the middle of it all. */
function doubtOf(plan: BenchPlan, { target }: Measured, { answers, failures, seconds }: MergedLoad): Refusal | undefined {
  const { name } = target.plan;
  const failed = Object.entries(failures);
  if (failures["wrong prediction"] !== undefined)
    return {
      code: "PREDICTION_CHANGED",
      message: `${name} gave another prediction under load than before, ${failures["wrong prediction"]} times`,
    };
  if (failed.length > 0)
    return {
      code: "ERRORS_UNDER_LOAD",
      message: `${name} failed under load: ${failed.map(([kind, count]) => `${count} × ${kind}`).join(", ")}`,
    };
  if (!sameProcess(target)) return { code: "PROCESS_DIFFERS", message: `${name} is answered by another process than before` };
  if (plan.rate !== undefined && answers / seconds < plan.rate * 0.98)
    return {
      code: "RATE_NOT_REACHED",
      message: `${name} answered ${Math.round(answers / seconds)} requests per second of ${plan.rate} that were due`,
    };
  return undefined;
}

function settingsOf(plan: BenchPlan): BenchResult["settings"] {
  return {
    loop: plan.rate === undefined ? "closed" : "open",
    ...(plan.rate === undefined ? {} : { rate: plan.rate }),
    connections: plan.connections,
    threads: plan.threads,
    keepAlive: plan.keepAlive,
    rounds: plan.rounds,
    roundSeconds: plan.roundSeconds,
    ...(plan.roundRequests === undefined ? {} : { roundRequests: plan.roundRequests }),
    method: plan.requests[0]?.method ?? "GET",
    payload: plan.payload,
    distinctRequests: plan.requests.length,
    ...(plan.clientCores === undefined ? {} : { clientCores: plan.clientCores }),
    ...(plan.serverCores === undefined ? {} : { serverCores: plan.serverCores }),
  };
}

function warningsOf(plan: BenchPlan, measured: readonly Measured[], busyBefore: number | undefined): string[] {
  const warnings: string[] = [];
  if (busyBefore !== undefined && busyBefore > 0.5)
    warnings.push(`this machine was not idle: ${busyBefore.toFixed(1)} cores were busy in the minute before`);
  if (plan.requests.length === 1) warnings.push("every request is the same: a cache would answer it; --model makes different rows");
  for (const { target, rounds, refusal } of measured) {
    if (refusal !== undefined) continue;
    const { name } = target.plan;
    if (target.plan.constant !== true && target.requests.length >= sampleSize && looksConstant(target))
      warnings.push(`${name} predicts the same for ${target.predictions.length} different requests: does it run a model?`);
    if (target.preflight?.keepsAlive === false && plan.keepAlive)
      warnings.push(`${name} closes the connection after every answer: each request pays for a new one`);
    const busy = median(rounds.map(({ clientBusy }) => clientBusy));
    if (busy >= saturatedShare)
      warnings.push(`the client was busy ${Math.round(busy * 100)} % of the time with ${name}: more requests per second may be possible`);
  }
  return warnings;
}
