import type { Protocol } from "../../protocols/exchange.ts";
import type { ProcessCounts } from "../../telemetry/stats/counts.ts";
import type { ProcessGroup } from "../workers/process-group.ts";
import { statsProtocol } from "./stats-routes.ts";
import { groupStats, ownStats } from "./stats-source.ts";
import { StatsStreams } from "./stats-streams.ts";

export interface ServerStats {
  readonly protocol: Protocol;
  /** Ends the streams, so that the server can stop, and the recording of a process that serves alone. */
  end(): void;
}

export interface StartStatsOptions {
  /** What this process has counted so far. */
  readonly counts: () => ProcessCounts;
  /** The workers that count together; undefined where one process serves. */
  readonly group: ProcessGroup | undefined;
  /** Milliseconds since 1970. */
  readonly wall: () => number;
  /** Calls back after milliseconds; gives a function that cancels. */
  readonly timer: (milliseconds: number, callback: () => void) => () => void;
}

/** The last minutes of the server, for clients: recorded here, or by the supervisor of several workers. */
export function startStats({ counts, group, wall, timer }: StartStatsOptions): ServerStats {
  const own = group === undefined ? ownStats(counts, { wall, timer }) : undefined;
  const source = own ?? groupStats(group as ProcessGroup, counts);
  const streams = new StatsStreams(source, { timer });
  return {
    protocol: statsProtocol(source, streams),
    end: () => {
      own?.end();
      streams.close();
    },
  };
}
