import { stat } from "node:fs/promises";
import { totalmem } from "node:os";
import { Worker } from "node:worker_threads";
import { SetosaError } from "../../errors.ts";
import { buffersOf, type LoadedModel, type LoaderMessage, type LoaderStart } from "./messages.ts";
import { Assembly } from "./pieces.ts";
import { errorOf } from "./plain-error.ts";

const threadUrl = new URL("./loader-thread.js", import.meta.url);

/** What a thread's heap may take, in MiB: reading a text format takes about ten times the file. */
const leastHeap = 512;
const heapPerByte = 16;
/** Of the memory that this process may use. */
const mostShare = 0.5;

export interface ThreadOptions {
  /** Ends the thread. */
  readonly signal?: AbortSignal | undefined;
  /** What the thread's heap may take, in MiB (Node only); by default what a file of this size can need. */
  readonly heapMegabytes?: number | undefined;
}

/**
 * Loads a model in a thread of its own, which has ended afterwards: what it used is free again, and whatever becomes of it is a
 * failure of this model alone.
 * @param use Takes what was loaded while the thread is still there. The buffers of its constants go back to it and end with
 *   it: here they would be garbage for as long as the collector finds nothing to do
 * @throws SetosaError whatever loading it fails with; ENGINE_FAILED where the thread dies. The signal's reason where it is given up
 */
export async function loadInThread<T>(
  start: LoaderStart,
  { signal, heapMegabytes }: ThreadOptions,
  use: (loaded: LoadedModel) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const heap = heapMegabytes ?? (await heapFor(start.path));
  signal?.throwIfAborted();
  const worker = new Worker(threadUrl, {
    workerData: start,
    name: "setosa-loader",
    // Bun knows no limits of a thread's heap.
    resourceLimits: { maxOldGenerationSizeMb: heap },
  });
  const assembly = new Assembly();
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  let giveUp = () => {};
  try {
    const loaded = await new Promise<LoadedModel>((resolve, reject) => {
      giveUp = () => reject(signal?.reason);
      signal?.addEventListener("abort", giveUp);
      worker.on("message", (message: LoaderMessage) => {
        if (message.kind === "failed") reject(errorOf(message.error));
        else if (message.kind === "rest") resolve(assembly.finish(message) as LoadedModel);
        else {
          assembly.add(message);
          // Others have their turn before the next one is read.
          setImmediate(() => worker.postMessage("next"));
        }
      });
      worker.on("messageerror", reject);
      worker.once("error", (error) => reject(died(error, heap)));
      worker.once("exit", (code) => reject(died(new Error(`it ended with ${code}`), heap)));
    });
    const used = await use(loaded);
    worker.postMessage("done", buffersOf(loaded));
    return used;
  } finally {
    signal?.removeEventListener("abort", giveUp);
    void worker.terminate();
    await ended;
  }
}

async function heapFor(path: string): Promise<number> {
  // A file that is not there is for the thread to tell of.
  const size = await stat(path).then(
    (stats) => stats.size,
    () => 0,
  );
  // 0 or beyond what there is where no limit is set.
  const allowed = process.constrainedMemory() || totalmem();
  const most = (Math.min(allowed, totalmem()) / 2 ** 20) * mostShare;
  return Math.max(leastHeap, Math.floor(Math.min(most, leastHeap + (size * heapPerByte) / 2 ** 20)));
}

function died(error: Error, heap: number): SetosaError {
  const outOfMemory = (error as { readonly code?: unknown }).code === "ERR_WORKER_OUT_OF_MEMORY";
  const why = outOfMemory ? `it needs more than ${heap} MiB` : error.message;
  return new SetosaError("ENGINE_FAILED", `The thread that loads the model ended before it had: ${why}.`, {
    hint: outOfMemory
      ? "Save a smaller model, or check that the file is what it should be."
      : "Load it again; if it fails again, report it.",
    cause: error,
  });
}
