import { stat } from "node:fs/promises";
import { totalmem } from "node:os";
import { LoaderThread } from "./loader-thread.ts";
import { buffersOf, type LoadedModel, type LoaderStart } from "./messages.ts";

/** What a thread's heap may take, in MiB: reading a text format takes about ten times the file. */
const leastHeap = 576;
const heapPerByte = 16;
/** Of the memory that this process may use. */
const mostShare = 0.5;
/** The thread that has loaded a larger file ends at once: what it used is free again. */
const smallBytes = 2 ** 22;
/** So long does another one wait for the next file. */
const keptMilliseconds = 3000;

export interface ThreadOptions {
  /** Ends the thread. */
  readonly signal?: AbortSignal | undefined;
  /** What the thread's heap may take, in MiB (Node only); by default what a file of this size can need. */
  readonly heapMegabytes?: number | undefined;
}

/**
 * Loads a model in a thread of its own: whatever becomes of that is a failure of this model alone.
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
  const bytes = await sizeOf(start.path);
  signal?.throwIfAborted();
  const isSmall = heapMegabytes === undefined && bytes <= smallBytes;
  const thread = (isSmall ? takeKept() : undefined) ?? new LoaderThread(heapMegabytes ?? heapFor(bytes));
  let giveUp = () => {};
  try {
    const loaded = await new Promise<LoadedModel>((resolve, reject) => {
      giveUp = () => reject(signal?.reason);
      signal?.addEventListener("abort", giveUp);
      thread.load(start).then(resolve, reject);
    });
    const used = await use(loaded);
    thread.takeBack(buffersOf(loaded));
    return used;
  } finally {
    signal?.removeEventListener("abort", giveUp);
    if (isSmall && thread.isIdle) keep(thread);
    else await thread.end();
  }
}

let kept: { readonly thread: LoaderThread; readonly timer: NodeJS.Timeout } | undefined;

function takeKept(): LoaderThread | undefined {
  if (kept === undefined) return undefined;
  const { thread, timer } = kept;
  clearTimeout(timer);
  kept = undefined;
  return thread.isIdle ? thread : undefined;
}

function keep(thread: LoaderThread): void {
  const other = takeKept();
  if (other !== undefined) void other.end();
  thread.rest();
  const timer = setTimeout(() => {
    kept = undefined;
    void thread.end();
  }, keptMilliseconds);
  timer.unref();
  kept = { thread, timer };
}

/** 0 for a file that is not there, of which the thread tells. */
function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    (stats) => stats.size,
    () => 0,
  );
}

function heapFor(bytes: number): number {
  if (bytes <= smallBytes) return leastHeap;
  // 0 or beyond what there is where no limit is set.
  const allowed = process.constrainedMemory() || totalmem();
  const most = (Math.min(allowed, totalmem()) / 2 ** 20) * mostShare;
  return Math.max(leastHeap, Math.floor(Math.min(most, leastHeap + (bytes * heapPerByte) / 2 ** 20)));
}
