import { commandOf, listeners, type ProcessInfo, processes, residentMegabytes } from "./proc.ts";

/** The processes that together are one server, by their ids, and the one that stands for them. */
export interface ServerProcesses {
  readonly root: number;
  readonly all: ReadonlySet<number>;
  readonly command: string;
}

export interface Usage {
  /** By process, so that one that came or went between two looks does not spoil the difference. */
  readonly cpuSeconds: ReadonlyMap<number, number>;
  readonly residentMegabytes: number;
  readonly peakResidentMegabytes: number;
}

/**
 * Who serves a port of this machine: the processes that listen on it, what they started, and what started them
 * for nothing else (a launcher, a supervisor).
 * @param root The process that the bench itself started, where it did
 * @returns undefined where nobody can be seen
 */
export function serverProcesses(port: number, root?: number): ServerProcesses | undefined {
  const table = processes();
  const owners = listeners(port);
  if (owners.length === 0) return undefined;
  if (root !== undefined) return { root, all: descendants([root], table), command: commandOf(root) };
  const tops = new Set(owners.map((owner) => climb(owner, new Set(owners), table)));
  const [first = owners[0] as number] = tops;
  return { root: first, all: descendants([...tops], table), command: commandOf(first) };
}

/** Whether one of the processes listens on the port. */
export function ownsPort(all: ReadonlySet<number>, port: number): boolean {
  return listeners(port).some((pid) => all.has(pid));
}

/** A process and all that come from it. */
export function descendants(roots: readonly number[], table: ReadonlyMap<number, ProcessInfo> = processes()): Set<number> {
  const found = new Set(roots.filter((pid) => table.has(pid)));
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { pid, parent } of table.values()) if (found.has(parent)) found.add(pid);
  }
  return found;
}

export function usageOf({ root, all }: ServerProcesses): Usage {
  const table = processes();
  // Looked up again: a server may start workers at any time.
  const members = descendants([root, ...all], table);
  const memory = [...members].map(residentMegabytes);
  return {
    cpuSeconds: new Map([...members].map((pid) => [pid, table.get(pid)?.cpuSeconds ?? 0])),
    residentMegabytes: memory.reduce((sum, { now }) => sum + now, 0),
    peakResidentMegabytes: memory.reduce((sum, { peak }) => sum + peak, 0),
  };
}

export function cpuSecondsBetween(before: Usage, after: Usage): number {
  return [...after.cpuSeconds].reduce((sum, [pid, seconds]) => sum + Math.max(0, seconds - (before.cpuSeconds.get(pid) ?? 0)), 0);
}

/**
 * Up from a process that listens, while the parent belongs to the same job (its process group), is not above this
 * program, and has started nothing that does not lead to a listener of this port: a script that started two servers
 * is part of neither.
 */
function climb(pid: number, owners: ReadonlySet<number>, table: ReadonlyMap<number, ProcessInfo>): number {
  const own = ancestors(process.pid, table);
  let top = table.get(pid);
  while (top !== undefined) {
    const parent = table.get(top.parent);
    if (parent === undefined || parent.pid <= 1 || own.has(parent.pid) || parent.group !== top.group) return top.pid;
    const children = [...table.values()].filter((child) => child.parent === parent.pid);
    if (!children.every((child) => [...descendants([child.pid], table)].some((member) => owners.has(member)))) return top.pid;
    top = parent;
  }
  return pid;
}

function ancestors(pid: number, table: ReadonlyMap<number, ProcessInfo>): Set<number> {
  const found = new Set<number>();
  for (let info = table.get(pid); info !== undefined && !found.has(info.pid); info = table.get(info.parent)) found.add(info.pid);
  return found;
}
