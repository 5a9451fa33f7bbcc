import type { Registry } from "./registry.ts";
import { isRefusal } from "./rejects.ts";
import type { Counter, Histogram } from "./series.ts";

export interface RequestLabels {
  readonly protocol: string;
  /** Both empty where no model was meant or found. */
  readonly model: string;
  readonly version: string;
}

/** Answers of one protocol for one model version. */
export class RequestSeries {
  readonly #registry: Registry;
  readonly #labels: RequestLabels;
  readonly #ok: Counter;
  readonly #others = new Map<string, Counter>();
  readonly #duration: Histogram;

  constructor(registry: Registry, labels: RequestLabels) {
    this.#registry = registry;
    this.#labels = labels;
    this.#ok = registry.counter("setosa_requests_total", { ...labels, code: "ok", status: "200" });
    this.#duration = registry.histogram("setosa_request_duration_seconds", labels);
  }

  /** A prediction with status 200. */
  answered(seconds: number): void {
    this.#ok.increment();
    this.#duration.observe(seconds);
  }

  /** Another answer of the model: an error has a code. */
  answeredOther(code: string | undefined, status: number, seconds: number): void {
    const key = `${code} ${status}`;
    let counter = this.#others.get(key);
    if (counter === undefined) {
      counter = this.#registry.counter("setosa_requests_total", { ...this.#labels, code: code ?? "ok", status: String(status) });
      this.#others.set(key, counter);
    }
    counter.increment();
    if (!isRefusal(code)) this.#duration.observe(seconds);
  }
}
