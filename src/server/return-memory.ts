import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { ModelEvent } from "../models/repository/events.ts";

/** Garbage of smaller files may wait for the collector's own time. */
const largeBytes = 2 ** 22;
/**
 * Requests under way have been answered by then, and the model's last references are gone. A collection holds requests up for some 10 ms
 * on Node: where models are replaced all the time, it is for several of them at once.
 */
const delayMilliseconds = 2000;

export interface MemoryReturn {
  readonly timer: (milliseconds: number, callback: () => void) => () => void;
  readonly collect: () => void;
}

/**
 * Has a large model's memory collected soon after it takes no more requests. A kernel's memory lies outside of the heap, and a
 * server that makes little garbage else may not collect for hours.
 * @returns a listener for what happens to models
 */
export function returnMemory({ timer, collect }: MemoryReturn): (event: ModelEvent) => void {
  let waiting = false;
  const later = (callback: () => void): void => void timer(delayMilliseconds, callback);
  return (event) => {
    if (event.kind !== "unloaded" || event.model.bytes < largeBytes || waiting) return;
    waiting = true;
    later(() => {
      waiting = false;
      collect();
      // What ends outside of the heap, as a thread does, is found by the next collection only.
      later(collect);
    });
  };
}

/** A full collection: under Bun in the background, under Node a pause of a few milliseconds for a server's heap. */
export function hostCollector(): () => void {
  if (process.versions.bun !== undefined) return () => Bun.gc(false);
  let collect: unknown;
  return () => {
    // The function exists in contexts that are made after the flag is set.
    if (collect === undefined) {
      setFlagsFromString("--expose-gc");
      collect = runInNewContext("gc");
    }
    if (typeof collect === "function") collect();
  };
}
