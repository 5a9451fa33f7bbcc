import type { SetosaError } from "../errors.ts";

/** Where the time of a request went, in milliseconds of the same clock as its start. */
export interface RequestPhases {
  /** The model had predicted. */
  readonly predictedAt: number;
  /** Durations. */
  readonly wait: number;
  readonly infer: number;
  readonly rows: number;
}

/** A request that has been answered, as logs and traces tell of it. */
export interface RequestRecord {
  /** One that HTTP knows, else `_OTHER`. */
  readonly method: string;
  /** The route's path; undefined where there is none. */
  readonly route: string | undefined;
  /** What may be told of the path that was asked for. */
  readonly path: string;
  readonly status: number;
  readonly error: SetosaError | undefined;
  /** Milliseconds of a clock that never goes back. */
  readonly startedAt: number;
  /** The body had arrived. */
  readonly receivedAt: number;
  readonly endedAt: number;
  /** Of the bodies. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly model: string | undefined;
  readonly version: string | undefined;
  readonly engine: string | undefined;
  readonly requestId: string;
  readonly traceId: string | undefined;
  readonly remote: string | undefined;
  readonly phases: RequestPhases | undefined;
}

/** Durations in milliseconds, by name. */
export interface PhaseDurations {
  readonly read: number;
  readonly decode: number;
  readonly queue: number;
  readonly infer: number;
  readonly encode: number;
}

export function phaseDurations({ startedAt, receivedAt, endedAt }: RequestRecord, phases: RequestPhases): PhaseDurations {
  const { predictedAt, wait, infer } = phases;
  return {
    read: receivedAt - startedAt,
    decode: Math.max(0, predictedAt - receivedAt - wait - infer),
    queue: wait,
    infer,
    encode: Math.max(0, endedAt - predictedAt),
  };
}
