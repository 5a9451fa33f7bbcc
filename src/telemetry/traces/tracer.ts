import type { RequestRecord } from "../request-record.ts";
import type { SpanExporter } from "./exporter.ts";
import { AnchoredClock, requestSpans, type TracedRequest } from "./request-spans.ts";
import { Sampler, type SamplerSettings, traceIdOf } from "./sampler.ts";
import { randomFlag, readTraceContext } from "./trace-context.ts";

/** A request's headers, by lower-case name. */
export interface Headers {
  get(name: string): string | null | undefined;
}

export interface TracerOptions {
  readonly sampler: SamplerSettings;
  readonly exporter: Pick<SpanExporter, "add">;
  /** `http` or `https`. */
  readonly scheme: string;
  /** Milliseconds of the requests' clock. */
  readonly now: () => number;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** Traces requests: some of those that begin a trace, and those whose callers trace them. */
export class Tracer {
  readonly #sampler: Sampler;
  readonly #exporter: Pick<SpanExporter, "add">;
  readonly #clock: AnchoredClock;
  readonly #random: () => number;
  readonly #scheme: string;

  constructor({ sampler, exporter, scheme, now, wallClock, random }: TracerOptions) {
    this.#sampler = new Sampler(sampler);
    this.#exporter = exporter;
    this.#clock = new AnchoredClock(now, wallClock);
    this.#random = random;
    this.#scheme = scheme;
  }

  /** Undefined where the request is not traced. */
  begin(headers: Headers): TracedRequest | undefined {
    const parent = headers.get("traceparent");
    if (parent !== undefined && parent !== null) {
      const context = readTraceContext(parent, headers.get("tracestate"));
      if (context !== undefined) {
        if (!this.#sampler.continues(context)) return undefined;
        const { traceId, parentId, flags, state } = context;
        return { traceId, parentId, state, flags, userAgent: headers.get("user-agent") ?? undefined };
      }
    }
    const part = this.#random();
    if (!this.#sampler.begins(part)) return undefined;
    const traceId = traceIdOf(part, this.#random);
    return { traceId, parentId: undefined, state: undefined, flags: randomFlag, userAgent: headers.get("user-agent") ?? undefined };
  }

  end(record: RequestRecord, traced: TracedRequest): void {
    this.#clock.anchor();
    this.#exporter.add(requestSpans(record, traced, { clock: this.#clock, scheme: this.#scheme, random: this.#random }));
  }
}
