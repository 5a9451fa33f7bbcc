import { totalmem } from "node:os";
import { LoaderProcess } from "./loader-process.ts";
import type { LoadedModel, LoaderStart } from "./messages.ts";

/** Of the memory that this process may use. */
const mostShare = 0.5;
/** So long does a process wait for the next file: models come together. What it used is free again when it ends. */
const keptMilliseconds = 3000;

export interface LoaderOptions {
  /** Ends the process. */
  readonly signal?: AbortSignal | undefined;
  /** What its heap may take, in MiB (Node only); by default half of the memory. */
  readonly heapMegabytes?: number | undefined;
}

/**
 * Loads a model in a process of its own: whatever becomes of that is a failure of this model alone, and neither its collector nor its
 * allocator holds up a request.
 * @throws SetosaError whatever loading it fails with; ENGINE_FAILED where the process dies. The signal's reason where it is given up
 */
export async function loadElsewhere(start: LoaderStart, { signal, heapMegabytes }: LoaderOptions): Promise<LoadedModel> {
  signal?.throwIfAborted();
  const loader = (heapMegabytes === undefined ? takeKept() : undefined) ?? new LoaderProcess(heapMegabytes ?? largestHeap());
  let giveUp = () => {};
  try {
    return await new Promise<LoadedModel>((resolve, reject) => {
      giveUp = () => reject(signal?.reason);
      signal?.addEventListener("abort", giveUp);
      loader.load(start).then(resolve, reject);
    });
  } finally {
    signal?.removeEventListener("abort", giveUp);
    if (heapMegabytes === undefined && loader.isIdle) keep(loader);
    else await loader.end();
  }
}

let kept: { readonly loader: LoaderProcess; readonly timer: NodeJS.Timeout } | undefined;

function takeKept(): LoaderProcess | undefined {
  if (kept === undefined) return undefined;
  const { loader, timer } = kept;
  clearTimeout(timer);
  kept = undefined;
  return loader.isIdle ? loader : undefined;
}

function keep(loader: LoaderProcess): void {
  const other = takeKept();
  if (other !== undefined) void other.end();
  loader.rest();
  const timer = setTimeout(() => {
    kept = undefined;
    void loader.end();
  }, keptMilliseconds);
  timer.unref();
  kept = { loader, timer };
}

function largestHeap(): number {
  // 0 or beyond what there is where no limit is set.
  const allowed = process.constrainedMemory() || totalmem();
  return Math.floor((Math.min(allowed, totalmem()) / 2 ** 20) * mostShare);
}
