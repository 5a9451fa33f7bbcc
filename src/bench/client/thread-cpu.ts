import { readFileSync } from "node:fs";

/** Seconds that the calling thread has been on a core; outside Linux those of the whole process, which is more. */
export function threadCpuSeconds(): number {
  try {
    // Its first number: nanoseconds on a core (Linux, Documentation/scheduler/sched-stats).
    return Number(readFileSync("/proc/thread-self/schedstat", "latin1").split(" ", 1)[0]) / 1e9;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  }
}
