import { addCounts, type MergedLoad } from "./client/load-pool.ts";
import { LatencyHistogram } from "./measure/histogram.ts";
import { median } from "./measure/statistics.ts";
import type { Usage } from "./process/server-processes.ts";
import type { Refusal, Round, TargetResult, Total } from "./result.ts";
import type { Target } from "./target.ts";

/** What is known of a target so far. */
export class Measured {
  readonly target: Target;
  readonly rounds: Round[] = [];
  readonly #latency = new LatencyHistogram();
  #statuses: Record<string, number> = {};
  #failures: Record<string, number> = {};
  #seconds = 0;
  #answers = 0;
  #bytes = 0;
  #peak: number | undefined;
  #refusal: Refusal | undefined;

  constructor(target: Target) {
    this.target = target;
    this.#refusal = target.refusal;
  }

  get refusal(): Refusal | undefined {
    return this.#refusal;
  }

  refuse(refusal: Refusal): void {
    this.#refusal ??= refusal;
  }

  add(round: number, place: number, load: MergedLoad, cpuSeconds: number | undefined, usage: Usage | undefined): void {
    this.#latency.add(load.latency.data());
    this.#statuses = addCounts([this.#statuses, load.statuses]);
    this.#failures = addCounts([this.#failures, load.failures]);
    this.#seconds += load.seconds;
    this.#answers += load.answers;
    this.#bytes += load.bytes;
    this.#peak = usage?.peakResidentMegabytes ?? this.#peak;
    this.rounds.push(roundOf(round, place, load, cpuSeconds, usage));
  }

  result(): TargetResult {
    const { plan, url, server, startMilliseconds, preflight } = this.target;
    return {
      name: plan.name,
      url: withoutPassword(url),
      ...(server === undefined || startMilliseconds === undefined
        ? {}
        : { started: { command: server.command, milliseconds: startMilliseconds } }),
      ...(plan.constant === true ? { constant: true } : {}),
      ...(preflight === undefined ? {} : { preflight }),
      ...(this.#refusal === undefined ? {} : { refusal: this.#refusal }),
      rounds: this.rounds,
      ...(this.rounds.length === 0 ? {} : { total: this.#total() }),
    };
  }

  #total(): Total {
    const known = (of: (round: Round) => number | undefined): number[] => this.rounds.flatMap((round) => of(round) ?? []);
    const cpu = known((round) => round.cpuMicrosecondsPerAnswer);
    const memory = known((round) => round.residentMegabytes);
    return {
      seconds: this.#seconds,
      answers: this.#answers,
      answersPerSecond: median(this.rounds.map((round) => round.answersPerSecond)),
      latency: this.#latency.latency(),
      histogram: this.#latency.bars(),
      statuses: this.#statuses,
      failures: this.#failures,
      bytesReceived: this.#bytes,
      ...(cpu.length === 0 ? {} : { cpuMicrosecondsPerAnswer: median(cpu) }),
      ...(memory.length === 0 ? {} : { residentMegabytes: median(memory) }),
      ...(this.#peak === undefined ? {} : { peakResidentMegabytes: this.#peak }),
    };
  }
}

/** One turn of a target. */
export function roundOf(round: number, place: number, load: MergedLoad, cpuSeconds: number | undefined, usage: Usage | undefined): Round {
  return {
    round,
    place,
    seconds: load.seconds,
    answers: load.answers,
    answersPerSecond: load.seconds === 0 ? 0 : load.answers / load.seconds,
    failures: Object.values(load.failures).reduce((sum, count) => sum + count, 0),
    checked: load.checked,
    latency: load.latency.latency(),
    ...(cpuSeconds === undefined || load.answers === 0 ? {} : { cpuMicrosecondsPerAnswer: (cpuSeconds * 1e6) / load.answers }),
    ...(usage === undefined ? {} : { residentMegabytes: usage.residentMegabytes }),
    clientBusy: load.busy,
  };
}

/** Reports are shown to others. */
function withoutPassword(url: URL): string {
  const shown = new URL(url);
  shown.username = "";
  shown.password = "";
  return shown.href;
}
