import { hostname } from "node:os";
import type { SetosaError } from "../errors.ts";
import type { TelemetryLosses } from "../server/metrics/server-metrics.ts";
import { currentRuntime, startTimer } from "../server/serve.ts";
import { otlpSender } from "../server/telemetry/otlp-sender.ts";
import { RequestRecorder } from "../server/telemetry/request-recorder.ts";
import { failureFields, refusalFields } from "../telemetry/logs/error-fields.ts";
import type { Logger } from "../telemetry/logs/logger.ts";
import { RateLimit } from "../telemetry/logs/rate-limit.ts";
import { requestIds } from "../telemetry/logs/request-id.ts";
import { RequestLog } from "../telemetry/logs/request-log.ts";
import { SpanExporter } from "../telemetry/traces/exporter.ts";
import { readTraceSettings, type TraceSettings } from "../telemetry/traces/settings.ts";
import { Tracer } from "../telemetry/traces/tracer.ts";
import type { CommandContext } from "./command.ts";
import { type OpenCapture, openCapture } from "./serve-capture.ts";
import type { Logs } from "./serve-logs.ts";
import type { ServeValues } from "./serve-options.ts";
import { packageVersion } from "./version.ts";

const now = () => performance.now();
const wallClock = () => Date.now();
/** Failures that are logged in a second. */
const mostFailures = 10;
/** Milliseconds that a collector which does not answer may hold up the end. */
const longestFarewell = 5000;

/** Everything that tells of requests. */
export interface Telemetry {
  /** Undefined where nothing is to be told. */
  readonly recorder: RequestRecorder | undefined;
  readonly newRequestId: () => string;
  /** What was lost since the start, because it could not be written or sent as fast as it came. */
  losses(): TelemetryLosses;
  /** Writes and sends what is left. */
  close(): Promise<void>;
}

export interface TelemetryParts {
  readonly values: ServeValues;
  readonly logs: Logs;
  readonly environment: CommandContext["environment"];
  /** Names of all features of the models that are loaded. */
  readonly features: ReadonlySet<string>;
  readonly scheme: "http" | "https";
}

/** @throws SetosaError ARGUMENT_INVALID */
export async function openTelemetry({ values, logs, environment, features, scheme }: TelemetryParts): Promise<Telemetry> {
  const { logger } = logs;
  const newRequestId = requestIds(Math.random);
  const log = requestLog(values, logs);
  const settings = traceSettings(values["otlp-endpoint"], environment);
  const tracing = settings === undefined ? undefined : openTracing(settings, scheme, logger);
  const capture = await openCapture({ values, logger, features, timestamp: () => logger.timestamp() });
  const isIdle = log === undefined && tracing === undefined && capture === undefined;
  return {
    newRequestId,
    recorder: isIdle
      ? undefined
      : new RequestRecorder({ log, tracer: tracing?.tracer, capture: capture?.capture, values: logger.values, newRequestId, now }),
    losses: () => ({
      log_lines: logs.dropped(),
      spans: tracing?.exporter.counts.dropped ?? 0,
      captured_requests: capture?.dropped() ?? 0,
    }),
    close: () => closeAll(tracing?.exporter, capture),
  };
}

async function closeAll(exporter: SpanExporter | undefined, capture: OpenCapture | undefined): Promise<void> {
  const late = new Promise<void>((resolve) => startTimer(longestFarewell, resolve));
  await Promise.race([Promise.all([exporter?.close(), capture?.close()]), late]);
}

function requestLog(values: ServeValues, { logger, batched }: Logs): RequestLog | undefined {
  const access = values["access-log"] === true ? batched : undefined;
  const slowMilliseconds = values["slow-request-ms"];
  if (access === undefined && slowMilliseconds === undefined && !logger.enabled("debug")) return undefined;
  return new RequestLog({ logger, access, slowMilliseconds, now });
}

function traceSettings(endpoint: string | undefined, environment: CommandContext["environment"]): TraceSettings | undefined {
  return readTraceSettings(endpoint, environment, {
    "service.name": "setosa",
    "service.version": packageVersion(),
    "service.instance.id": `${hostname()}:${process.pid}`,
    "process.pid": process.pid,
    "process.runtime.name": currentRuntime,
    "process.runtime.version": process.versions.bun ?? process.versions.node,
    "telemetry.sdk.name": "setosa",
    "telemetry.sdk.language": "nodejs",
    "telemetry.sdk.version": packageVersion(),
  });
}

function openTracing(settings: TraceSettings, scheme: string, logger: Logger): { tracer: Tracer; exporter: SpanExporter } {
  const { url, resource, sampler, mostQueued, batch, delay } = settings;
  const limit = new RateLimit(5, 60_000, now);
  const exporter = new SpanExporter({
    send: otlpSender(settings),
    resource,
    version: packageVersion(),
    mostQueued,
    batch,
    delay,
    timer: startTimer,
    random: Math.random,
    warn: (message, spans) => {
      if (limit.next() !== undefined) logger.warn(`Traces: ${message}`, { spans, collector: new URL(url).host });
    },
  });
  return { exporter, tracer: new Tracer({ sampler, exporter, scheme, now, wallClock, random: Math.random }) };
}

/** Tells why answers end before their end, as many a second as of failures. */
export function brokenOffReport(logger: Logger): (error: SetosaError, requestId?: string) => void {
  const limit = new RateLimit(mostFailures, 1000, now);
  return (error, requestId) => {
    const held = limit.next();
    if (held === undefined) return;
    logger.warn("an answer was broken off", {
      request_id: requestId,
      ...refusalFields(error, logger.values),
      ...(held === 0 ? {} : { suppressed: held }),
    });
  };
}

/** Takes failures that no client may see. */
export function failureReport(logger: Logger): (error: unknown, requestId?: string) => void {
  const limit = new RateLimit(mostFailures, 1000, now);
  return (error, requestId) => {
    const held = limit.next();
    if (held === undefined) return;
    logger.error("a request failed in the server", {
      request_id: requestId,
      ...failureFields(error, logger.values),
      ...(held === 0 ? {} : { suppressed: held }),
    });
  };
}
