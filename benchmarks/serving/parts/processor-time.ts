import { readdirSync, readFileSync } from "node:fs";

/** Microseconds of processor time per request that a process and its children take for `requests`, in all threads. */
export async function microsecondsPerRequest(pid: number, requests: number, send: () => Promise<unknown>): Promise<number> {
  const before = threadNanoseconds(pid);
  await send();
  const after = threadNanoseconds(pid);
  // By thread: one that has ended meanwhile would count as time taken back.
  const nanoseconds = [...after].reduce((sum, [thread, time]) => sum + time - (before.get(thread) ?? 0), 0);
  return nanoseconds / 1000 / requests;
}

/** By thread; finer than the ticks of /proc/PID/stat. */
function threadNanoseconds(pid: number): Map<string, number> {
  const times = new Map<string, number>();
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    times.set(task, Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ")[0]));
    const children = readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean);
    for (const child of children) for (const [thread, time] of threadNanoseconds(Number(child))) times.set(thread, time);
  }
  return times;
}

/** The same list, beginning with another one each round. */
export function rotated<T>(list: readonly T[], round: number): T[] {
  const from = round % list.length;
  return [...list.slice(from), ...list.slice(0, from)];
}

/** By how much ratios differ from 1, in percent: from the first quartile to the third. */
export function quartiles(ratios: readonly number[]): string {
  const sorted = [...ratios].sort((a, b) => a - b);
  const at = (part: number) => (((sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN) - 1) * 100).toFixed(1);
  return `${at(0.25)} to ${at(0.75)}`;
}
