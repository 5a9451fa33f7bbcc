import { readdirSync } from "node:fs";
import { constants, getPriority, setPriority } from "node:os";

const niceness = 10;

/**
 * On Linux a priority is a thread's own, and new threads have that of the one that makes them: where processors are scarce, requests come
 * before loading. A tenth of a processor is what remains against a thread that never rests.
 */
export function yieldToServing(): void {
  try {
    const niceTo = Math.min(getPriority(0) + niceness, constants.priority.PRIORITY_LOW);
    const threads = process.platform === "linux" ? readdirSync("/proc/self/task").map(Number) : [0];
    for (const thread of threads) setPriority(thread, niceTo);
  } catch {
    // A sandbox may refuse it, and loading goes on.
  }
}
