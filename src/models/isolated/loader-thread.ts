import { Worker } from "node:worker_threads";
import { SetosaError } from "../../errors.ts";
import type { LoadedModel, LoaderMessage, LoaderRequest, LoaderStart } from "./messages.ts";
import { Assembly } from "./pieces.ts";
import { errorOf } from "./plain-error.ts";

const workerUrl = new URL("./loader-worker.js", import.meta.url);

interface Loading {
  readonly assembly: Assembly;
  readonly resolve: (loaded: LoadedModel) => void;
  readonly reject: (error: unknown) => void;
}

/** A thread that loads one model at a time. */
export class LoaderThread {
  readonly #worker: Worker;
  readonly #heap: number;
  readonly #ended: Promise<void>;
  #loading: Loading | undefined;
  #dead: SetosaError | undefined;

  /** @param heap What its heap may take, in MiB; Bun knows no such limit */
  constructor(heap: number) {
    this.#heap = heap;
    this.#worker = new Worker(workerUrl, { name: "setosa-loader", resourceLimits: { maxOldGenerationSizeMb: heap } });
    this.#worker.on("message", (message: LoaderMessage) => this.#take(message));
    this.#worker.on("messageerror", (error) => this.#die(error));
    this.#worker.on("error", (error) => this.#die(error));
    this.#ended = new Promise((resolve) => {
      this.#worker.on("exit", (code) => {
        this.#die(new Error(`it ended with ${code}`));
        resolve();
      });
    });
  }

  /** Whether it can load another model. */
  get isIdle(): boolean {
    return this.#dead === undefined && this.#loading === undefined;
  }

  /** @throws SetosaError whatever loading it fails with; ENGINE_FAILED where the thread dies */
  load(start: LoaderStart): Promise<LoadedModel> {
    return new Promise((resolve, reject) => {
      if (this.#dead !== undefined) return reject(this.#dead);
      this.#loading = { assembly: new Assembly(), resolve, reject };
      this.#worker.ref();
      this.#send({ kind: "load", start });
    });
  }

  takeBack(buffers: readonly ArrayBuffer[]): void {
    if (buffers.length > 0) this.#send({ kind: "back" }, buffers);
  }

  /** Nothing is to be loaded: a script may end. */
  rest(): void {
    this.#worker.unref();
  }

  async end(): Promise<void> {
    this.#worker.ref();
    void this.#worker.terminate();
    await this.#ended;
  }

  #send(request: LoaderRequest, moved: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(request, [...moved]);
  }

  #take(message: LoaderMessage): void {
    const loading = this.#loading;
    if (message.kind === "items") {
      loading?.assembly.add(message);
      // Others have their turn before the next one is read.
      setImmediate(() => this.#send({ kind: "next" }));
      return;
    }
    this.#loading = undefined;
    if (message.kind === "failed") loading?.reject(errorOf(message.error));
    else loading?.resolve(loading.assembly.finish(message) as LoadedModel);
  }

  #die(error: Error): void {
    const outOfMemory = (error as { readonly code?: unknown }).code === "ERR_WORKER_OUT_OF_MEMORY";
    const why = outOfMemory ? `it needs more than ${this.#heap} MiB` : error.message;
    this.#dead ??= new SetosaError(
      outOfMemory ? "MODEL_MEMORY_EXHAUSTED" : "ENGINE_FAILED",
      `The thread that loads the model ended before it had: ${why}.`,
      {
        hint: outOfMemory
          ? "Save a smaller model, or check that the file is what it should be."
          : "Load it again; if it fails again, report it.",
        cause: error,
      },
    );
    this.#loading?.reject(this.#dead);
    this.#loading = undefined;
  }
}
