import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { LatencyHistogram } from "../measure/histogram.ts";
import type { LoadResult, LoadSpec } from "./load.ts";

/** The load of all threads together. */
export interface MergedLoad {
  /** The longest of the threads'. */
  readonly seconds: number;
  readonly answers: number;
  readonly checked: number;
  readonly latency: LatencyHistogram;
  readonly statuses: Readonly<Record<string, number>>;
  readonly failures: Readonly<Record<string, number>>;
  readonly bytes: number;
  /** Share of the time that the busiest thread was on a core. */
  readonly busy: number;
}

/** Threads that send load, kept from one round to the next: a new one would compile its code again. */
export class LoadPool {
  readonly #workers: readonly Worker[];

  constructor(threads: number) {
    this.#workers = Array.from({ length: threads }, () => {
      const worker = new Worker(new URL("./load-worker.js", import.meta.url));
      worker.setMaxListeners(0);
      return worker;
    });
  }

  /** Splits the connections, the rate and the count among the threads; fewer threads where connections are fewer. */
  async run(spec: LoadSpec): Promise<MergedLoad> {
    const workers = this.#workers.slice(0, Math.max(1, Math.min(this.#workers.length, spec.connections, spec.count ?? spec.connections)));
    const parts = workers.map((_, index) => split(spec, index, workers.length));
    return merge(await Promise.all(workers.map((worker, index) => request(worker, parts[index] as LoadSpec))));
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

async function request(worker: Worker, spec: LoadSpec): Promise<LoadResult> {
  worker.postMessage(spec);
  // `once` rejects with the thread's error, should it have one.
  const [result] = await once(worker, "message");
  return result as LoadResult;
}

function split(spec: LoadSpec, index: number, threads: number): LoadSpec {
  const share = (total: number): number => Math.floor((total * (index + 1)) / threads) - Math.floor((total * index) / threads);
  return {
    ...spec,
    connections: share(spec.connections),
    offset: spec.offset + Math.floor((spec.requests.length * index) / threads),
    ...(spec.rate === undefined ? {} : { rate: spec.rate / threads }),
    ...(spec.count === undefined ? {} : { count: share(spec.count) }),
  };
}

function merge(results: readonly LoadResult[]): MergedLoad {
  const latency = new LatencyHistogram();
  for (const result of results) latency.add(result.latency);
  const seconds = Math.max(...results.map((result) => result.seconds));
  const sum = (of: (result: LoadResult) => number): number => results.reduce((total, result) => total + of(result), 0);
  return {
    seconds,
    answers: sum((result) => result.answers),
    checked: sum((result) => result.checked),
    latency,
    statuses: addCounts(results.map((result) => result.statuses)),
    failures: addCounts(results.map((result) => result.failures)),
    bytes: sum((result) => result.bytes),
    busy: Math.min(1, Math.max(...results.map((result) => result.cpuSeconds / Math.max(result.seconds, 1e-9)))),
  };
}

/** Counts by key, added up. */
export function addCounts(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const counts of all) for (const [key, count] of Object.entries(counts)) total[key] = (total[key] ?? 0) + count;
  return total;
}
