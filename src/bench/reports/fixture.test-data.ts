import { LatencyHistogram } from "../measure/histogram.ts";
import { median, seededRandom } from "../measure/statistics.ts";
import type { BenchResult, Comparison, Measure, Refusal, Round, TargetResult } from "../result.ts";

/** What a made-up server is like. */
export interface Server {
  readonly name: string;
  readonly answersPerSecond: number;
  readonly cpuMicroseconds?: number;
  readonly p50: number;
  readonly rounds?: number;
  readonly failures?: Readonly<Record<string, number>>;
  readonly refusal?: Refusal;
}

const roundSeconds = 1;

/** A target as the bench would have measured it: rounds differ by some percent, and latencies have a long tail. */
export function measuredTarget(server: Server, position = 0): TargetResult {
  const { name, answersPerSecond, cpuMicroseconds, p50, failures = {}, refusal } = server;
  const random = seededRandom(position + 1);
  const around = (value: number): number => value * (0.96 + 0.08 * random());
  const all = new LatencyHistogram();
  const rounds = Array.from({ length: server.rounds ?? 10 }, (_, round): Round => {
    const histogram = new LatencyHistogram();
    for (let answer = 0; answer < 500; answer++) {
      const slow = random() < 0.01 ? 6 * random() : 0;
      histogram.record(p50 * (0.6 + 0.8 * random() + slow));
    }
    all.add(histogram.data());
    const rate = around(answersPerSecond);
    return {
      round,
      place: (round + position) % 3,
      seconds: roundSeconds,
      answers: Math.round(rate * roundSeconds),
      answersPerSecond: rate,
      failures: 0,
      checked: Math.round(rate / 64),
      latency: histogram.latency(),
      ...(cpuMicroseconds === undefined ? {} : { cpuMicrosecondsPerAnswer: around(cpuMicroseconds) }),
      residentMegabytes: 84.5 + 30 * position,
      clientBusy: 0.52,
    };
  });
  const answers = rounds.reduce((sum, round) => sum + round.answers, 0);
  const failed = Object.values(failures).reduce((sum, one) => sum + one, 0);
  const cpu = rounds.flatMap(({ cpuMicrosecondsPerAnswer }) => cpuMicrosecondsPerAnswer ?? []);
  return {
    name,
    url: `http://127.0.0.1:${8080 + position}/predict`,
    preflight: {
      status: 200,
      headers: [
        ["Content-Type", "application/json"],
        ["Server", `${name.toLowerCase()}/1.0`],
        ["Connection", "keep-alive"],
      ],
      body: '{"model":"iris","version":"1","prediction":"Iris-Setosa"}\n',
      prediction: "Iris-Setosa",
      keepsAlive: true,
      process: { pid: 4711 + position, command: `${name.toLowerCase()} serve iris --port ${8080 + position}`, processes: 1 + position },
    },
    ...(refusal === undefined ? {} : { refusal }),
    rounds,
    total: {
      seconds: rounds.length * roundSeconds,
      answers,
      answersPerSecond: median(rounds.map((round) => round.answersPerSecond)),
      latency: all.latency(),
      // Each recorded answer stands for many.
      histogram: all.bars().map(({ milliseconds, count }) => ({ milliseconds, count: Math.ceil((count * answers) / all.count) })),
      statuses: { "200": answers, ...(failures["status 503"] === undefined ? {} : { "503": failures["status 503"] }) },
      failures,
      bytesReceived: (answers + failed) * 310,
      ...(cpu.length === 0 ? {} : { cpuMicrosecondsPerAnswer: median(cpu) }),
      residentMegabytes: 84.5 + 30 * position,
      peakResidentMegabytes: 91 + 30 * position,
    },
  };
}

/** A port that says no: quickly, and that is the trap. */
export function forbiddenTarget(position: number, name = "Gateway"): TargetResult {
  return {
    name,
    url: `http://127.0.0.1:${8080 + position}/predict`,
    preflight: {
      status: 403,
      headers: [["Server", "AirTunes/775.3.1"]],
      body: "",
      prediction: "",
      keepsAlive: true,
    },
    refusal: { code: "STATUS_NOT_OK", message: `target ${position + 1} (${name}) answered 403 Forbidden` },
    rounds: [],
  };
}

const measures: readonly Measure[] = ["answersPerSecond", "cpuMicrosecondsPerAnswer"];

/** Every pair, as far as its rounds go. The interval is that of the second and the last but one ratio. */
export function comparisonsOf(targets: readonly TargetResult[]): Comparison[] {
  return targets.flatMap((one, first) =>
    targets.slice(first + 1).flatMap((other, index) => {
      const second = first + 1 + index;
      const refusal = one.refusal ?? other.refusal;
      return measures.map((measure): Comparison => {
        const pair = { measure, first, second };
        if (refusal !== undefined) return { ...pair, ratios: [], refusal: { code: "TARGET_REFUSED", message: refusal.message } };
        const value = (round: Round | undefined): number => (measure === "p99" ? round?.latency.p99 : round?.[measure]) ?? Number.NaN;
        const ratios = one.rounds.map((round, at) => value(round) / value(other.rounds[at])).filter(Number.isFinite);
        if (ratios.length < 5) return { ...pair, ratios, refusal: { code: "NOT_MEASURED", message: "it could not be measured for both" } };
        const sorted = [...ratios].sort((a, b) => a - b);
        const [low, high] = [sorted[1] as number, sorted.at(-2) as number];
        const chance: Refusal = { code: "NO_DIFFERENCE", message: `no difference: the interval ${low.toFixed(3)}–${high.toFixed(3)}` };
        return { ...pair, ratios, ratio: median(ratios), interval: [low, high], ...(low <= 1 && high >= 1 ? { refusal: chance } : {}) };
      });
    }),
  );
}

export function resultOf(targets: readonly TargetResult[], more: Partial<BenchResult> = {}): BenchResult {
  return {
    version: "0.5.0",
    command: "setosa bench http://127.0.0.1:8080/predict http://127.0.0.1:8081/predict -z 10s --model iris.onnx",
    date: "2026-02-03T04:05:06.789Z",
    machine: { processor: "AMD EPYC 7B13", cores: 4, memoryGigabytes: 16, system: "Linux 6.1.0", runtime: "Node 22.12.0" },
    settings: {
      loop: "closed",
      connections: 16,
      threads: 1,
      keepAlive: true,
      rounds: targets.find(({ rounds }) => rounds.length > 0)?.rounds.length ?? 10,
      roundSeconds,
      method: "POST",
      payload: "rows of the model iris",
      distinctRequests: 1024,
    },
    client: { ceiling: 61_234.5 },
    targets,
    comparisons: comparisonsOf(targets),
    warnings: [],
    ...more,
  };
}

/** Two servers and a port that answers 403. */
export function threeTargets(): BenchResult {
  const targets = [
    measuredTarget({ name: "Setosa", answersPerSecond: 31_240, cpuMicroseconds: 28.4, p50: 0.41 }, 0),
    measuredTarget({ name: "FastAPI", answersPerSecond: 4120, cpuMicroseconds: 231, p50: 3.7 }, 1),
    forbiddenTarget(2),
  ];
  const ratios = [1.004, 0.991, 1.012, 0.998, 1.003, 1.001, 0.994, 1.009, 0.997, 1.002];
  return resultOf(targets, {
    client: {
      ceiling: 61_234.5,
      noise: { answersPerSecond: { ratios, relative: 0.009 }, cpuMicrosecondsPerAnswer: { ratios, relative: 0.014 } },
    },
    warnings: ["this machine was not idle: 1.3 cores were busy in the minute before"],
  });
}

/** A dozen, of which some are alike, one has no CPU time, and one fails under load. */
export function twelveTargets(): BenchResult {
  return resultOf(
    Array.from({ length: 12 }, (_, position): TargetResult => {
      if (position === 4) return forbiddenTarget(position);
      const server = {
        name:
          position === 7
            ? "a name that goes on and on, as names of containers with their hash do: 3f9ac1d20b7e4c55"
            : `Server ${position + 1}`,
        answersPerSecond: 30_000 / (1 + (position >> 1)),
        p50: 0.4 * (1 + (position >> 1)),
        ...(position === 9 ? {} : { cpuMicroseconds: 25 * (1 + (position >> 1)) }),
      };
      if (position !== 10) return measuredTarget(server, position);
      const message = `${server.name} failed under load: 12 × status 503`;
      return measuredTarget({ ...server, failures: { "status 503": 12 }, refusal: { code: "ERRORS_UNDER_LOAD", message } }, position);
    }),
  );
}

export const attack = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;\u001b[2J\u202e\u0000\ud800|\`@here\n](javascript:1)`;

/** Everything that is a text says something hostile. */
export function hostileResult(): BenchResult {
  const good = threeTargets();
  const targets = good.targets.map(
    (target): TargetResult => ({
      ...target,
      name: `${attack}name`,
      url: `http://h/${attack}url`,
      started: { command: `${attack}started`, milliseconds: 412 },
      preflight: {
        status: 200,
        headers: [
          ["Server", `${attack}server`],
          [`${attack}header`, attack],
        ],
        body: `${attack}body`,
        prediction: `${attack}prediction`,
        keepsAlive: false,
        process: { pid: 1, command: `${attack}process`, processes: 2 },
      },
      ...(target.refusal === undefined ? {} : { refusal: { code: "STATUS_NOT_OK", message: `${attack}refusal` } }),
      ...(target.total === undefined ? {} : { total: { ...target.total, failures: { [`${attack}kind`]: 3 } } }),
    }),
  );
  return {
    ...good,
    version: attack,
    command: attack,
    date: attack,
    machine: { processor: attack, cores: 1, memoryGigabytes: 1, system: attack, runtime: attack },
    settings: { ...good.settings, method: attack, payload: attack, clientCores: attack, serverCores: attack },
    targets,
    comparisons: good.comparisons.map((comparison) => ({ ...comparison, refusal: { code: "NO_DIFFERENCE", message: `${attack}doubt` } })),
    warnings: [attack],
  };
}

/** Results at the edges of what can be. */
export function degenerateResults(): readonly (readonly [what: string, result: BenchResult])[] {
  const one = measuredTarget({ name: "Only", answersPerSecond: 100, cpuMicroseconds: 9, p50: 1 });
  const nothing = { mean: 0, least: 0, p50: 0, p75: 0, p90: 0, p95: 0, p99: 0, p999: 0, greatest: 0 };
  const instant = (target: TargetResult): TargetResult => ({
    ...target,
    rounds: target.rounds.map((round) => ({ ...round, latency: nothing })),
    ...(target.total === undefined ? {} : { total: { ...target.total, latency: nothing, histogram: [{ milliseconds: 0, count: 9 }] } }),
  });
  const zero = measuredTarget({ name: "Zero", answersPerSecond: 0, cpuMicroseconds: 0, p50: 1 });
  const brief = (name: string, position: number) => measuredTarget({ name, answersPerSecond: 50, p50: 1, rounds: 1 }, position);
  const long = "x".repeat(5000);
  return [
    ["no target", resultOf([])],
    ["all refused", resultOf([forbiddenTarget(0), forbiddenTarget(1)])],
    ["one target", resultOf([one])],
    ["one round", resultOf([brief("A", 0), brief("B", 1)])],
    ["no latency", resultOf([instant(one), instant(one)])],
    ["no answer", resultOf([zero, one])],
    ["never measured", resultOf([{ name: "Idle", url: "http://h/", rounds: [] }])],
    [
      "very long names",
      resultOf([
        { ...one, name: long },
        { ...one, name: `${long}y`, url: `http://${long}/` },
      ]),
    ],
    ["empty names", resultOf([{ ...one, name: "" }, one])],
    ["wide names", resultOf([{ ...one, name: "鸢尾花预测服务".repeat(12) }, one])],
    ["many rounds", resultOf([measuredTarget({ name: "A", answersPerSecond: 9, p50: 1, rounds: 1000 }), one])],
    ["twelve targets", twelveTargets()],
    ["numbers that are none", resultOf([one], { client: { ceiling: Number.NaN } })],
    ["an open loop", { ...threeTargets(), settings: { ...threeTargets().settings, loop: "open", rate: 2000 } }],
  ];
}
