import type { Describing, RouteDescription, Tag } from "../../openapi/description.ts";
import { arrayOf, count, objectSchema, type Schema, text } from "../../openapi/schema.ts";

const tag: Tag = { name: "Statistics", description: "What the server did in the last minutes." };

export function describeStats(using: Describing): RouteDescription {
  const schema = using.schema("stats", "Stats", () =>
    objectSchema({ intervalSeconds: { type: "number" }, windowSeconds: { type: "number" }, summary: summary(), points: arrayOf(point()) }),
  );
  return {
    tag,
    get: {
      id: "getStats",
      summary: "The last 15 minutes: requests, latency, errors, memory",
      replies: { 200: { description: "The time as a whole, and by interval.", content: { "application/json": { schema } } } },
    },
  };
}

export function describeStream(): RouteDescription {
  return {
    tag,
    get: {
      id: "streamStats",
      summary: "The same, and each point as it comes",
      replies: { 200: { description: "Server-sent events.", content: { "text/event-stream": { schema: text } } } },
    },
  };
}

const milliseconds: Schema = { type: ["number", "null"] };
/** Null where nothing was timed. */
const quantiles: Schema = objectSchema({ p50: milliseconds, p90: milliseconds, p99: milliseconds });
const traffic = { requests: count, clientErrors: count, serverErrors: count, rows: count, latencyMilliseconds: quantiles };

function summary(): Schema {
  const version = objectSchema({ version: text, ...traffic });
  return objectSchema({
    seconds: { type: "number" },
    total: objectSchema(traffic),
    models: arrayOf(objectSchema({ name: text, ...traffic, versions: arrayOf(version) })),
  });
}

function point(): Schema {
  const amount: Schema = { type: "number" };
  return objectSchema({
    number: count,
    time: { ...amount, description: "Its end, in milliseconds since 1970." },
    seconds: amount,
    workers: count,
    total: objectSchema(traffic),
    models: arrayOf(objectSchema({ name: text, ...traffic })),
    queue: count,
    connections: count,
    memoryBytes: count,
    cores: { ...amount, description: "Cores that were busy." },
    loopLagMilliseconds: quantiles,
  });
}
