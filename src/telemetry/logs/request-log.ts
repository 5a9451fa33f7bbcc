import { phaseDurations, type RequestRecord } from "../request-record.ts";
import { refusalFields } from "./error-fields.ts";
import type { LogFields, Logger } from "./logger.ts";
import { RateLimit } from "./rate-limit.ts";

export interface RequestLogOptions {
  readonly logger: Logger;
  /** A line for every request, which may wait for others. */
  readonly access: ((line: string) => void) | undefined;
  /** Requests that take longer, in milliseconds, are warned of. */
  readonly slowMilliseconds: number | undefined;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** Warnings of slow requests in a second. */
const mostSlow = 10;

/** The lines about requests: access log, slow requests, refusals. */
export class RequestLog {
  readonly #logger: Logger;
  readonly #access: ((line: string) => void) | undefined;
  readonly #slowMilliseconds: number;
  readonly #slow: RateLimit;
  readonly #refusals: boolean;

  constructor({ logger, access, slowMilliseconds, now }: RequestLogOptions) {
    this.#logger = logger;
    this.#access = access;
    this.#slowMilliseconds = slowMilliseconds ?? Number.POSITIVE_INFINITY;
    this.#slow = new RateLimit(mostSlow, 1000, now);
    this.#refusals = access === undefined && logger.enabled("debug");
  }

  /** Whether a request that took so many milliseconds is worth a record. */
  wants(milliseconds: number, isError: boolean): boolean {
    return this.#access !== undefined || milliseconds > this.#slowMilliseconds || (isError && this.#refusals);
  }

  /** Whether phases are of use. */
  get takesPhases(): boolean {
    return this.#slowMilliseconds !== Number.POSITIVE_INFINITY;
  }

  add(record: RequestRecord): void {
    this.#access?.(this.#accessLine(record));
    if (record.endedAt - record.startedAt > this.#slowMilliseconds) this.#warn(record);
    if (this.#refusals && record.error !== undefined) this.#logger.debug("refused", this.#fields(record));
  }

  #accessLine(record: RequestRecord): string {
    if (this.#logger.format === "json") return `${this.#logger.opening("info", "request")}${accessFields(record, this.#logger.values)}}\n`;
    const { method, path, status, bytesIn, bytesOut, model, version, requestId, remote, error } = record;
    const code = error === undefined ? "" : ` ${error.code}`;
    const answered = model === undefined ? "" : ` ${model}/${version ?? ""}`;
    const time = milliseconds(record);
    return `${this.#logger.timestamp()} ${remote ?? "-"} ${method} ${path} ${status}${code} ${time}ms ${bytesIn}B ${bytesOut}B${answered} ${requestId}\n`;
  }

  #warn(record: RequestRecord): void {
    const held = this.#slow.next();
    if (held === undefined) return;
    const { phases } = record;
    const durations = phases === undefined ? undefined : phaseDurations(record, phases);
    this.#logger.warn("slow request", {
      ...this.#fields(record),
      read_ms: rounded(record.receivedAt - record.startedAt),
      ...(durations === undefined
        ? {}
        : {
            decode_ms: rounded(durations.decode),
            queue_ms: rounded(durations.queue),
            infer_ms: rounded(durations.infer),
            encode_ms: rounded(durations.encode),
            rows: phases?.rows,
          }),
      ...(held === 0 ? {} : { suppressed: held }),
    });
  }

  #fields(record: RequestRecord): LogFields {
    const { method, path, status, bytesIn, bytesOut, model, version, requestId, traceId, remote, error } = record;
    return {
      method,
      path,
      status,
      duration_ms: rounded(record.endedAt - record.startedAt),
      bytes_in: bytesIn,
      bytes_out: bytesOut,
      model,
      version,
      request_id: requestId,
      trace_id: traceId,
      remote,
      ...(error === undefined ? {} : refusalFields(error, this.#logger.values)),
    };
  }
}

/** The same as the fields of other lines, without an object in between: there are as many as requests. */
function accessFields(record: RequestRecord, values: boolean): string {
  const { method, path, status, bytesIn, bytesOut, model, version, requestId, traceId, remote, error } = record;
  let text = `,"method":"${method}","path":${JSON.stringify(path)},"status":${status},"duration_ms":${milliseconds(record)},"bytes_in":${bytesIn},"bytes_out":${bytesOut}`;
  if (model !== undefined) text += `,"model":${JSON.stringify(model)},"version":${JSON.stringify(version ?? "")}`;
  // Ids are checked, and of characters that JSON takes as they are.
  text += `,"request_id":"${requestId}"`;
  if (traceId !== undefined) text += `,"trace_id":"${traceId}"`;
  if (remote !== undefined) text += `,"remote":"${remote}"`;
  if (error !== undefined) {
    const fields = refusalFields(error, values);
    for (const name in fields) text += `,"${name}":${JSON.stringify(fields[name])}`;
  }
  return text;
}

function milliseconds({ startedAt, endedAt }: RequestRecord): string {
  return (endedAt - startedAt).toFixed(3);
}

function rounded(duration: number): number {
  return Math.round(duration * 1000) / 1000;
}
