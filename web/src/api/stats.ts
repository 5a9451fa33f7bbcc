import type { ModelTraffic, Stats, StatsPoint, StatsStep, StatsSummary, Traffic } from "../../../src/telemetry/stats/stats.ts";
import { noteSilence } from "./connection.ts";
import { readEvents } from "./event-stream.ts";
import { getJson, type RequestOptions, request } from "./http.ts";

export type { ModelTraffic, Stats, StatsPoint, StatsSummary, Traffic };

/** `GET /stats`. @throws ApiError, of status 404 where the server does not tell */
export function getStats(options?: RequestOptions): Promise<Stats> {
  return getJson("stats", options);
}

/**
 * The last minutes, and the same again with each point as it comes, until the server ends the stream or the signal says so.
 * @throws ApiError where there is no stream, or no server any more; the signal's reason
 */
export async function* streamStats(signal: AbortSignal): AsyncGenerator<Stats, void> {
  const response = await request("stats/stream", { signal, headers: { accept: "text/event-stream" } });
  if (response.body === null) return;
  let stats: Stats | undefined;
  try {
    for await (const { name, data } of readEvents(response.body)) {
      if (name === "stats") stats = JSON.parse(data) as Stats;
      else if (name === "point" && stats !== undefined) stats = withStep(stats, JSON.parse(data) as StatsStep);
      if (stats !== undefined) yield stats;
    }
  } catch (thrown) {
    // Broken off in the middle: the server has died.
    if (!signal.aborted) noteSilence();
    throw thrown;
  }
}

/** What is older than the window goes out at the other end. */
function withStep(stats: Stats, { summary, point }: StatsStep): Stats {
  const oldest = point.time - stats.windowSeconds * 1000;
  return { ...stats, summary, points: [...stats.points.filter(({ time }) => time > oldest), point] };
}
