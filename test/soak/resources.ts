import { readdirSync, readFileSync } from "node:fs";

export interface Usage {
  readonly seconds: number;
  readonly megabytes: number;
  readonly descriptors: number;
}

/** A process and everything that it has started, in no order. */
export function processesOf(pid: number): number[] {
  try {
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number),
    );
    return [pid, ...children.flatMap(processesOf)];
  } catch {
    return [];
  }
}

export function usageOf(pid: number, seconds: number): Usage {
  let [megabytes, descriptors] = [0, 0];
  for (const process of processesOf(pid)) {
    try {
      megabytes += Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${process}/status`, "utf8"))?.[1] ?? 0) / 1024;
      descriptors += readdirSync(`/proc/${process}/fd`).length;
    } catch {
      // It ended just now.
    }
  }
  return { seconds, megabytes, descriptors };
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

export interface Trend {
  readonly early: { readonly megabytes: number; readonly descriptors: number };
  readonly late: { readonly megabytes: number; readonly descriptors: number };
  readonly megabytesRatio: number;
}

/** Medians of the second fifth, after the warm-up, and of the last. */
export function trendOf(usages: readonly Usage[]): Trend {
  const part = (from: number, to: number) => {
    const some = usages.slice(Math.floor(usages.length * from), Math.ceil(usages.length * to));
    return { megabytes: median(some.map(({ megabytes }) => megabytes)), descriptors: median(some.map(({ descriptors }) => descriptors)) };
  };
  const [early, late] = [part(0.2, 0.4), part(0.8, 1)];
  return { early, late, megabytesRatio: late.megabytes / early.megabytes };
}
