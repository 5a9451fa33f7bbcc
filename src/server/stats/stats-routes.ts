import { type Answer, type Head, type HttpRequest, jsonHead, type Protocol } from "../../protocols/exchange.ts";
import { allowedStats } from "./allowed-stats.ts";
import { describeStats, describeStream } from "./describe.ts";
import type { StatsSource } from "./stats-source.ts";
import type { StatsStreams } from "./stats-streams.ts";

const protocol = "stats";

const head: Head = { status: 200, headers: { ...jsonHead.headers, "cache-control": "no-store" } };

/** `GET /stats` and `GET /stats/stream`: what the server did in the last minutes. */
export function statsProtocol(source: StatsSource, streams: StatsStreams): Protocol {
  const get = async (request: HttpRequest): Promise<Answer> => ({
    head,
    body: `${JSON.stringify(allowedStats(await source.all(), request))}\n`,
  });
  return {
    routes: [
      {
        path: "/stats",
        summary: "The last 15 minutes: requests, latency, errors, memory.",
        protocol,
        later: false,
        get,
        describe: describeStats,
      },
      {
        path: "/stats/stream",
        summary: "The same, and each point as it comes (server-sent events).",
        protocol,
        later: false,
        describe: describeStream,
        stream: (request, body, answer) => streams.run(request, body, answer),
      },
    ],
  };
}
