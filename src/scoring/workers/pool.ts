import { Worker } from "node:worker_threads";
import { SetosaError } from "../../errors.ts";
import { errorOf } from "../../models/isolated/plain-error.ts";
import type { Job, JobResult, Reply } from "../job.ts";
import type { WorkerStart } from "./start.ts";

/** What scores jobs: this thread, or several others. */
export interface Pool {
  /** Jobs that are worked on at once. */
  readonly parallel: number;
  /** @throws SetosaError */
  score(job: Job): Promise<JobResult>;
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (result: JobResult) => void;
  readonly reject: (error: unknown) => void;
}

/** A thread, and the jobs that it has. */
class Thread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  /** Messages that all record batches of a stream need, and that it has been sent. */
  #common = 0;
  #next = 0;
  #failure: SetosaError | undefined;

  constructor(start: WorkerStart) {
    this.#worker = new Worker(new URL("./score-worker.js", import.meta.url), { workerData: start });
    this.#worker.on("message", (reply: Reply) => this.#take(reply));
    this.#worker.on("error", (cause: Error) => this.#fail(cause));
    this.#worker.on("exit", () => this.#fail(new Error("the thread has ended")));
  }

  get jobs(): number {
    return this.#waiting.size;
  }

  score(job: Job): Promise<JobResult> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      if (job.kind === "parquet") this.#worker.postMessage({ id, job });
      else this.#worker.postMessage({ id, job: this.#withoutSent(job) }, [job.bytes.buffer as ArrayBuffer]);
    });
  }

  #withoutSent(job: Job): Job {
    if (job.kind !== "arrow") return job;
    const sent = this.#common;
    this.#common = job.common.length;
    return { ...job, common: job.common.slice(sent), commonBefore: sent };
  }

  close(): Promise<unknown> {
    return this.#worker.terminate();
  }

  #take(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ("result" in reply) waiting?.resolve(reply.result);
    else waiting?.reject(errorOf(reply.error));
  }

  #fail(cause: Error): void {
    this.#failure = new SetosaError("INTERNAL", `A thread that scores has failed: ${cause.message}.`, { cause });
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}

/** Threads, each with the model compiled anew; a job goes to the one that has the least to do. */
export function threadPool(start: WorkerStart, count: number): Pool {
  const threads = Array.from({ length: count }, () => new Thread(start));
  return {
    parallel: count,
    score: (job) => threads.reduce((least, thread) => (thread.jobs < least.jobs ? thread : least)).score(job),
    close: async () => {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}
