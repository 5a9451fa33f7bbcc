import type { ProcessCounts } from "../../telemetry/stats/counts.ts";
import { intervalSeconds, StatsRecorder } from "../../telemetry/stats/recorder.ts";
import type { Stats, StatsStep } from "../../telemetry/stats/stats.ts";
import type { ProcessGroup } from "../workers/process-group.ts";

const countsTopic = "stats.counts";
const allTopic = "stats.all";
const afterTopic = "stats.after";

/** The last minutes of all processes that serve, whichever keeps them. */
export interface StatsSource {
  all(): Promise<Stats>;
  after(number: number): Promise<readonly StatsStep[]>;
}

export interface RecordingOptions {
  readonly recorder: StatsRecorder;
  /** What the processes that serve have counted so far. */
  readonly collect: () => Promise<readonly { readonly worker: string; readonly counts: ProcessCounts }[]>;
  /** Milliseconds since 1970. */
  readonly wall: () => number;
  /** Calls back after milliseconds; gives a function that cancels. */
  readonly timer: (milliseconds: number, callback: () => void) => () => void;
}

/**
 * Makes a point of each interval.
 * @returns a function that ends it
 */
function record({ recorder, collect, wall, timer }: RecordingOptions): () => void {
  let cancel = () => {};
  let ended = false;
  const look = async () => {
    const counts = await collect();
    recorder.take(wall(), counts);
    if (!ended) next();
  };
  const next = () => {
    cancel = timer(intervalSeconds * 1000, () => void look());
  };
  void look();
  return () => {
    ended = true;
    cancel();
  };
}

interface Clocks {
  readonly wall: () => number;
  readonly timer: (milliseconds: number, callback: () => void) => () => void;
}

export interface RecordedStats extends StatsSource {
  /** Records no more. */
  end(): void;
}

/** Of a process that serves alone. */
export function ownStats(counts: () => ProcessCounts, clocks: Clocks): RecordedStats {
  const recorder = new StatsRecorder();
  const end = record({ recorder, collect: async () => [{ worker: "0", counts: counts() }], ...clocks });
  return { all: async () => recorder.stats(), after: async (number) => recorder.after(number), end };
}

/** In a worker: lets itself be asked, and asks the supervisor, who keeps what the dead ones had counted. */
export function groupStats(group: ProcessGroup, counts: () => ProcessCounts): StatsSource {
  group.provide(countsTopic, counts);
  return {
    all: async () => (await group.ask(allTopic)) as Stats,
    after: async (number) => (await group.ask(afterTopic, number)) as readonly StatsStep[],
  };
}

/**
 * In the supervisor: asks the workers again and again, and answers them.
 * @returns a function that ends it
 */
export function superviseStats(group: ProcessGroup, clocks: Clocks): () => void {
  const recorder = new StatsRecorder();
  group.provide(allTopic, () => recorder.stats());
  group.provide(afterTopic, (number) => recorder.after(number as number));
  const collect = async () => (await group.collect(countsTopic)).map(({ worker, value }) => ({ worker, counts: value as ProcessCounts }));
  return record({ recorder, collect, ...clocks });
}
