import { readdirSync, readFileSync } from "node:fs";

/** The workers of the server on a port: processes that carry it in their environment. */
export function workersOf(port: number): number[] {
  const workers: number[] = [];
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const environment = readFileSync(`/proc/${entry}/environ`, "latin1");
      const isRunning = !/^State:\s+Z/m.test(readFileSync(`/proc/${entry}/status`, "latin1"));
      if (isRunning && environment.split("\0").includes(`SETOSA_WORKER_PORT=${port}`)) workers.push(Number(entry));
    } catch {
      // The process has ended meanwhile, or is another user's.
    }
  }
  return workers;
}
