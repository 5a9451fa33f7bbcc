import { cpus, loadavg, release, totalmem, type } from "node:os";
import type { Machine } from "./result.ts";

export function describeMachine(): Machine {
  const { bun, node } = process.versions;
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    // All there are, also those that this process was pinned away from.
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    runtime: bun === undefined ? `Node ${node}` : `Bun ${bun}`,
  };
}

/** Cores that others kept busy over the last minute; undefined where the system does not say (Windows). */
export function busyCores(): number | undefined {
  return process.platform === "win32" ? undefined : loadavg()[0];
}
