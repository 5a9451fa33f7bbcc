import type { Worker } from "node:worker_threads";
import { SetosaError } from "../errors.ts";
import { isSingleFile } from "../single-file.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { ThreadControl } from "./onnxruntime-control.ts";
import type { WorkerReply, WorkerRun, WorkerStart } from "./onnxruntime-messages.ts";

interface Pending {
  readonly resolve: (outputs: readonly Tensor[]) => void;
  readonly reject: (error: SetosaError) => void;
}

const workerUrl = new URL("./onnxruntime-worker.js", import.meta.url);

/** A thread that holds one model on onnxruntime and answers runs in the order in which they come. */
export class OnnxruntimeThread {
  readonly #worker: Worker;
  readonly #control: ThreadControl;
  readonly #pending = new Map<number, Pending>();
  readonly #exit: Promise<void>;
  #next = 0;
  #alive = true;
  #closed = false;
  #crash: Error | undefined;

  private constructor(worker: Worker, control: ThreadControl) {
    this.#worker = worker;
    this.#control = control;
    this.#exit = new Promise((resolve) => {
      worker.on("exit", () => {
        control.release();
        resolve();
      });
    });
  }

  /**
   * A thread whose session is ready.
   * @param reason Why the model runs on onnxruntime, for the error where it is not there
   * @throws SetosaError ENGINE_UNAVAILABLE, OPERATOR_UNSUPPORTED, ENGINE_FAILED
   */
  static async start(start: Omit<WorkerStart, "control">, reason: string): Promise<OnnxruntimeThread> {
    const { Worker } = await importWorkerThreads(reason);
    const control = new ThreadControl();
    const workerData: WorkerStart = { ...start, control: control.memory };
    const thread = new OnnxruntimeThread(new Worker(workerUrl, { workerData, name: "setosa-onnxruntime" }), control);
    try {
      await thread.#ready(reason);
    } catch (error) {
      await thread.end();
      throw error;
    }
    // An idle thread does not keep a script alive.
    thread.#worker.unref();
    return thread;
  }

  get alive(): boolean {
    return this.#alive;
  }

  run(inputs: Readonly<Record<string, Tensor>>): Promise<readonly Tensor[]> {
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#worker.postMessage({ id, inputs } satisfies WorkerRun);
      this.#pending.set(id, { resolve, reject });
      // A script must not end while it waits for an answer.
      this.#worker.ref();
    });
  }

  /** Fails what is not answered, and resolves when the thread has ended: after the run that it is in. */
  async end(): Promise<void> {
    this.#alive = false;
    this.#closed = true;
    this.#failPending();
    this.#worker.ref();
    if (this.#control.stop()) await this.#worker.terminate();
    await this.#exit;
  }

  #failPending(): void {
    if (this.#pending.size === 0) return;
    const failure = this.#failure();
    for (const { reject } of this.#pending.values()) reject(failure);
    this.#pending.clear();
  }

  /** What became of the runs that were not answered. */
  #failure(): SetosaError {
    if (this.#closed) return new SetosaError("ENGINE_FAILED", "The model was closed before it answered.");
    const why = this.#crash === undefined ? "" : `: ${this.#crash.message}`;
    return new SetosaError("ENGINE_FAILED", `The onnxruntime thread ended before it answered${why}.`, {
      hint: "Try again: the next request starts a new one.",
      cause: this.#crash,
    });
  }

  #ready(reason: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#worker.on("message", (reply: WorkerReply) => {
        if (reply.kind === "ready") resolve();
        else if (reply.kind === "unavailable") reject(unavailable(reply, reason));
        else if (reply.kind === "refused")
          reject(new SetosaError("OPERATOR_UNSUPPORTED", `onnxruntime refuses the model (${reason}): ${reply.message}`));
        else this.#settle(reply);
      });
      this.#worker.on("error", (error) => {
        this.#crash = error;
      });
      this.#worker.on("exit", () => {
        this.#alive = false;
        reject(this.#failure());
        this.#failPending();
      });
    });
  }

  #settle(reply: Extract<WorkerReply, { readonly id: number }>): void {
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (this.#pending.size === 0 && !this.#closed) this.#worker.unref();
    if (reply.kind === "answer") pending?.resolve(reply.outputs as readonly Tensor[]);
    else pending?.reject(new SetosaError("ENGINE_FAILED", `onnxruntime failed to run the model: ${reply.message}`));
  }
}

/** Imported here and within `try`, so that bundlers for browsers leave it out, and models in browsers say what they lack. */
async function importWorkerThreads(reason: string): Promise<typeof import("node:worker_threads")> {
  if (isSingleFile)
    throw new SetosaError("ENGINE_UNAVAILABLE", `The model needs onnxruntime, which is no part of the single executable (${reason}).`, {
      hint: "Serve it with the package: npm install setosa onnxruntime-node, and npx setosa serve.",
    });
  let cause: unknown;
  try {
    const threads = await import("node:worker_threads");
    // Some bundlers put an empty module in its place.
    if (typeof threads.Worker === "function") return threads;
  } catch (error) {
    cause = error;
  }
  throw new SetosaError("ENGINE_UNAVAILABLE", `The model needs onnxruntime, which runs under Node and Bun only (${reason}).`, {
    hint: "Serve it with: npx setosa serve",
    cause,
  });
}

function unavailable({ installed, message }: Extract<WorkerReply, { readonly kind: "unavailable" }>, reason: string): SetosaError {
  const cause = new Error(message);
  if (installed)
    return new SetosaError("ENGINE_UNAVAILABLE", `onnxruntime-node is installed, but cannot be loaded: ${message}`, {
      hint: "Install it again for this platform: npm install onnxruntime-node",
      cause,
    });
  return new SetosaError("ENGINE_UNAVAILABLE", `The model needs onnxruntime, which is not installed (${reason}).`, {
    hint: "Run: npm install onnxruntime-node",
    cause,
  });
}
