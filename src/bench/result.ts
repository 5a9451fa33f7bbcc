/** Everything that a run of the bench found out: what every report is made from, and what `--json` prints. */
export interface BenchResult {
  /** Of the package. */
  readonly version: string;
  /** The command line that repeats it. */
  readonly command: string;
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly machine: Machine;
  readonly settings: Settings;
  readonly client: ClientResult;
  /** In the order of the command line. */
  readonly targets: readonly TargetResult[];
  readonly comparisons: readonly Comparison[];
  /** What a reader has to know before believing a figure: a busy machine, a shared core, a short run. */
  readonly warnings: readonly string[];
}

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  /** Operating system and its release. */
  readonly system: string;
  /** The runtime that sent the load. */
  readonly runtime: string;
}

export interface Settings {
  /** Closed: each connection sends when it has its answer. Open: requests are due at a fixed rate. */
  readonly loop: "closed" | "open";
  /** Requests per second of an open loop. */
  readonly rate?: number;
  readonly connections: number;
  readonly threads: number;
  readonly keepAlive: boolean;
  readonly rounds: number;
  readonly roundSeconds: number;
  /** A round ends sooner when so many were sent. */
  readonly roundRequests?: number;
  readonly method: string;
  /** Where the bodies come from, in words, and how many different ones there are. */
  readonly payload: string;
  readonly distinctRequests: number;
  /** Cores that the client was pinned to, as `taskset -c` writes them. */
  readonly clientCores?: string;
  /** Cores that servers started by the bench were pinned to. */
  readonly serverCores?: string;
}

export interface ClientResult {
  /** What the client reaches against a responder that does nothing: requests per second. */
  readonly ceiling: number;
  /** By measure: the first target against itself. Absent where it is alone. */
  readonly noise?: Readonly<Partial<Record<Measure, Noise>>>;
}

/** What is compared. */
export type Measure = "answersPerSecond" | "cpuMicrosecondsPerAnswer" | "p99";

/** Two turns of one target in every round: they differ by chance only. */
export interface Noise {
  /** Per round, its second turn / its first. */
  readonly ratios: readonly number[];
  /** How far from 1 the 95 % interval of their median goes: 0.02 is 2 %. Smaller differences of targets are not claimed. */
  readonly relative: number;
}

/** Why something is not ranked. The codes are part of the JSON form: they do not change. */
export interface Refusal {
  readonly code:
    | "NOT_REACHABLE"
    | "STATUS_NOT_OK"
    | "PREDICTION_DIFFERS"
    | "PREDICTION_CHANGED"
    | "PROCESS_DIFFERS"
    | "ERRORS_UNDER_LOAD"
    | "RATE_NOT_REACHED"
    | "CLIENT_SATURATED"
    | "NO_DIFFERENCE"
    | "TARGET_REFUSED"
    | "NOT_MEASURED";
  /** A sentence for people: `target 2 answered 403 Forbidden`. */
  readonly message: string;
}

export interface TargetResult {
  readonly name: string;
  readonly url: string;
  /** The command line that the bench started it with, where it did. */
  readonly started?: { readonly command: string; readonly milliseconds: number };
  /** It predicts nothing: a floor for what a server costs, shown beside those that do. */
  readonly constant?: boolean;
  readonly preflight?: Preflight;
  /** Why it is in no comparison. Its figures, where there are any, are for finding the fault. */
  readonly refusal?: Refusal;
  readonly rounds: readonly Round[];
  /** Over all rounds. Latencies are merged, never averaged. */
  readonly total?: Total;
}

/** Who answered, and with what. */
export interface Preflight {
  readonly status: number;
  /** Of the first answer. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The first bytes of the first answer's body. */
  readonly body: string;
  /** What counts as the answer to the first request: `Iris-Setosa`. */
  readonly prediction: string;
  readonly keepsAlive: boolean;
  /** Who listens on the port, where it is on this machine and Linux tells. */
  readonly process?: { readonly pid: number; readonly command: string; readonly processes: number };
}

export interface Round {
  /** From 0. */
  readonly round: number;
  /** Its place among the targets of that round, from 0. */
  readonly place: number;
  readonly seconds: number;
  /** Validated answers: status 2xx, and the expected prediction where it was looked at. */
  readonly answers: number;
  readonly answersPerSecond: number;
  readonly failures: number;
  /** Answers whose prediction was looked at. */
  readonly checked: number;
  readonly latency: Latency;
  /** Of the server's process tree, user and system; absent where it cannot be read. */
  readonly cpuMicrosecondsPerAnswer?: number;
  /** Of the server's process tree at the end of the round. */
  readonly residentMegabytes?: number;
  /** Share of the round in which the client's busiest thread was on a core, from 0 to 1. */
  readonly clientBusy: number;
}

/** Milliseconds. */
export interface Latency {
  readonly mean: number;
  readonly least: number;
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly greatest: number;
}

export interface Total {
  readonly seconds: number;
  readonly answers: number;
  /** Median over the rounds. */
  readonly answersPerSecond: number;
  readonly latency: Latency;
  /** Bars of the latency distribution: at most `milliseconds`, how many answers. Empty ones are left out. */
  readonly histogram: readonly { readonly milliseconds: number; readonly count: number }[];
  /** Answers by status: `{"200": 1000}`. */
  readonly statuses: Readonly<Record<string, number>>;
  /** What else went wrong, by kind: `connection refused`, `wrong prediction`. */
  readonly failures: Readonly<Record<string, number>>;
  readonly bytesReceived: number;
  /** Median over the rounds. */
  readonly cpuMicrosecondsPerAnswer?: number;
  readonly residentMegabytes?: number;
  readonly peakResidentMegabytes?: number;
}

/** One measure of two targets, by their positions: how many times `first` is `second`, round by round. */
export interface Comparison {
  readonly measure: Measure;
  readonly first: number;
  readonly second: number;
  /** Per round, first / second. Empty where a target is refused. */
  readonly ratios: readonly number[];
  /** Median of the ratios, with its bootstrap 95 % interval. */
  readonly ratio?: number;
  readonly interval?: readonly [low: number, high: number];
  /** Why no difference may be claimed; the figures above are then for orientation only. */
  readonly refusal?: Refusal;
}
