import { phaseDurations, type RequestRecord } from "../request-record.ts";
import { hexadecimal } from "./sampler.ts";
import type { Attributes, Span } from "./span.ts";
import { sampledFlag } from "./trace-context.ts";

/** A request that is traced, from its beginning. */
export interface TracedRequest {
  readonly traceId: string;
  readonly parentId: string | undefined;
  readonly state: string | undefined;
  readonly flags: number;
  readonly userAgent: string | undefined;
}

export interface SpanWorld {
  readonly clock: SpanClock;
  /** `http` or `https`. */
  readonly scheme: string;
  /** From 0 to 1. */
  readonly random: () => number;
}

export interface SpanClock {
  /** Nanoseconds since 1970 of a time of the requests' clock. */
  nanoseconds(milliseconds: number): bigint;
}

/**
 * The span of a request, named and described by OpenTelemetry's conventions for HTTP servers, and one for each phase below it.
 * The query is never told: it holds features.
 */
export function requestSpans(record: RequestRecord, traced: TracedRequest, { clock, scheme, random }: SpanWorld): Span[] {
  const { traceId, parentId, state } = traced;
  const spanId = hexadecimal(random, 16);
  const flags = traced.flags | sampledFlag;
  const common = { traceId, state, flags };
  const server: Span = {
    ...common,
    spanId,
    parentId,
    name: record.route === undefined ? record.method : `${record.method} ${record.route}`,
    kind: "server",
    start: clock.nanoseconds(record.startedAt),
    end: clock.nanoseconds(record.endedAt),
    attributes: { "url.scheme": scheme, ...requestAttributes(record, traced) },
    // A client's mistake is no failure of the server (semantic conventions, "HTTP server").
    failed: record.status >= 500,
  };
  const { phases } = record;
  if (phases === undefined) return [server];
  const children: Span[] = [];
  let from = record.startedAt;
  for (const [name, duration] of Object.entries(phaseDurations(record, phases))) {
    const to = from + duration;
    // A phase that was not there is no span: most requests come whole, and compiled models have no queue.
    if (duration > 0)
      children.push({
        ...common,
        spanId: hexadecimal(random, 16),
        parentId: spanId,
        name,
        kind: "internal",
        start: clock.nanoseconds(from),
        end: clock.nanoseconds(to),
        attributes: name === "infer" ? { "setosa.rows": phases.rows, "setosa.engine": record.engine } : {},
        failed: false,
      });
    from = to;
  }
  return [server, ...children];
}

function requestAttributes(record: RequestRecord, { userAgent }: TracedRequest): Attributes {
  const { method, path, route, status, error, bytesIn, bytesOut, model, version, engine, requestId, remote, phases } = record;
  return {
    "http.request.method": method,
    "url.path": path,
    "http.route": route,
    "http.response.status_code": status,
    "error.type": error?.code ?? (status >= 500 ? String(status) : undefined),
    "http.request.body.size": bytesIn,
    "http.response.body.size": bytesOut,
    "network.protocol.version": "1.1",
    "client.address": remote,
    "user_agent.original": userAgent,
    "setosa.model.name": model,
    "setosa.model.version": version,
    "setosa.engine": engine,
    "setosa.rows": phases?.rows,
    "setosa.request_id": requestId,
  };
}

/** Ties a clock that never goes back to the time of day, and again where the time of day was set. */
export class AnchoredClock implements SpanClock {
  readonly #now: () => number;
  readonly #wallClock: () => number;
  #origin = Number.NaN;

  /**
   * @param now Milliseconds of the requests' clock
   * @param wallClock Milliseconds since 1970
   */
  constructor(now: () => number, wallClock: () => number) {
    this.#now = now;
    this.#wallClock = wallClock;
  }

  /** Before the times of a request are asked for, so that all have the same origin. */
  anchor(): void {
    const origin = this.#wallClock() - this.#now();
    // The time of day comes in whole milliseconds: by less than a few of these, it has not been set.
    if (!(Math.abs(origin - this.#origin) < 50)) this.#origin = origin;
  }

  nanoseconds(milliseconds: number): bigint {
    const whole = Math.floor(this.#origin);
    return BigInt(whole) * 1_000_000n + BigInt(Math.round((this.#origin - whole + milliseconds) * 1e6));
  }
}
