import type { Registry } from "./registry.ts";
import type { Counter } from "./series.ts";

/** Why work was refused: see `setosa_rejects_total`. */
const rejectReasons = [
  "overloaded",
  "draining",
  "rate-limited",
  "too-many-connections",
  "body-too-large",
  "body-too-slow",
  "headers-too-large",
  "request-invalid",
] as const;
export type RejectReason = (typeof rejectReasons)[number];

/** Codes of answers that no work was done for. In the durations they would make an overloaded server look quick. */
const refusals: Readonly<Record<string, RejectReason | undefined>> = {
  OVERLOADED: "overloaded",
  SERVER_DRAINING: "draining",
  RATE_LIMITED: "rate-limited",
};

export function isRefusal(code: string | undefined): boolean {
  return code !== undefined && refusals[code] !== undefined;
}

export class Rejects {
  readonly #counters = new Map<RejectReason, Counter>();

  constructor(registry: Registry) {
    // All from the start: what never happened is 0, and not absent.
    for (const reason of rejectReasons) this.#counters.set(reason, registry.counter("setosa_rejects_total", { reason }));
  }

  rejected(reason: RejectReason): void {
    this.#counters.get(reason)?.increment();
  }

  /** Counts an answer with this code, if it is a refusal. */
  answered(code: string): void {
    const reason = refusals[code];
    if (reason !== undefined) this.#counters.get(reason)?.increment();
  }
}
