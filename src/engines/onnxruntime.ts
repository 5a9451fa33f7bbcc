import { Worker } from "node:worker_threads";
import { SetosaError } from "../errors.ts";
import type { Graph } from "../graph/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Engine } from "./engine.ts";
import type { WorkerReply, WorkerRun, WorkerStart } from "./onnxruntime-messages.ts";

interface Pending {
  readonly resolve: (outputs: readonly Tensor[]) => void;
  readonly reject: (error: SetosaError) => void;
}

const workerUrl = new URL("./onnxruntime-worker.js", import.meta.url);

/**
 * The engine that runs a model on onnxruntime, in a thread of its own: its `run` blocks, and ending the
 * thread is what returns the memory of a session.
 * @throws SetosaError ENGINE_UNAVAILABLE when onnxruntime-node is not installed, OPERATOR_UNSUPPORTED when it refuses the model
 */
export async function onnxruntimeEngine(graph: Graph, model: Uint8Array, reason: string): Promise<Engine> {
  const start: WorkerStart = { model, outputs: graph.outputs.map(({ name }) => name) };
  let thread: WorkerThread | undefined = await WorkerThread.start(start);
  let starting: Promise<WorkerThread> | undefined;
  let closed = false;

  /** A thread that died is replaced by the next run. */
  const alive = async (): Promise<WorkerThread> => {
    if (closed) throw new SetosaError("ENGINE_FAILED", "The model is closed.");
    if (thread?.alive) return thread;
    starting ??= WorkerThread.start(start).finally(() => {
      starting = undefined;
    });
    thread = await starting;
    return thread;
  };

  return {
    kind: "onnxruntime",
    reason,
    run: async (inputs) => {
      const named = Object.fromEntries(graph.inputs.map(({ name }, index) => [name, inputs[index] as Tensor]));
      return (await alive()).run(named);
    },
    close: async () => {
      closed = true;
      await thread?.end();
    },
  };
}

class WorkerThread {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #next = 0;
  #alive = true;

  private constructor(start: WorkerStart) {
    this.#worker = new Worker(workerUrl, { workerData: start, name: "setosa-onnxruntime" });
  }

  /** A thread whose session is ready. */
  static async start(start: WorkerStart): Promise<WorkerThread> {
    const thread = new WorkerThread(start);
    await new Promise<void>((resolve, reject) => {
      thread.#worker.on("message", (reply: WorkerReply) => {
        if (reply.kind === "ready") resolve();
        else if (reply.kind === "unavailable")
          reject(
            new SetosaError("ENGINE_UNAVAILABLE", "The model needs onnxruntime, which is not installed.", {
              hint: "Run: npm install onnxruntime-node",
              cause: new Error(reply.message),
            }),
          );
        else if (reply.kind === "refused")
          reject(new SetosaError("OPERATOR_UNSUPPORTED", `onnxruntime refuses the model: ${reply.message}`));
        else thread.#settle(reply);
      });
      thread.#worker.on("error", (error) => {
        reject(new SetosaError("ENGINE_FAILED", `The onnxruntime thread failed: ${error.message}`, { cause: error }));
      });
      thread.#worker.on("exit", () => {
        thread.#alive = false;
        const failure = new SetosaError("ENGINE_FAILED", "The onnxruntime thread ended before it answered.", {
          hint: "Try again: the next request starts a new one.",
        });
        reject(failure);
        for (const { reject: fail } of thread.#pending.values()) fail(failure);
        thread.#pending.clear();
      });
    }).catch(async (error: unknown) => {
      await thread.end();
      throw error;
    });
    thread.#worker.unref();
    return thread;
  }

  get alive(): boolean {
    return this.#alive;
  }

  run(inputs: Readonly<Record<string, Tensor>>): Promise<readonly Tensor[]> {
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#pending.set(id, { resolve, reject });
      // A script must not end while it waits for an answer.
      this.#worker.ref();
      this.#worker.postMessage({ id, inputs } satisfies WorkerRun);
    });
  }

  async end(): Promise<void> {
    this.#alive = false;
    await this.#worker.terminate();
  }

  #settle(reply: Extract<WorkerReply, { readonly id: number }>): void {
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (this.#pending.size === 0) this.#worker.unref();
    if (reply.kind === "answer") pending?.resolve(reply.outputs as readonly Tensor[]);
    else pending?.reject(new SetosaError("ENGINE_FAILED", `onnxruntime failed to run the model: ${reply.message}`));
  }
}
