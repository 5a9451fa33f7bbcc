import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** What Linux tells of a process (proc(5)). */
export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** User and system time since its start. */
  readonly cpuSeconds: number;
}

/** Ticks are 1/100 s for every program, whatever the kernel was built with (USER_HZ). */
const ticksPerSecond = 100;

/** Every process of this machine by its id; empty where there is no /proc. */
export function processes(): Map<number, ProcessInfo> {
  const found = new Map<number, ProcessInfo>();
  for (const name of list("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const info = processInfo(Number(name));
    if (info !== undefined) found.set(info.pid, info);
  }
  return found;
}

/** One process; undefined where it is gone, or there is no /proc. */
function processInfo(pid: number): ProcessInfo | undefined {
  const stat = read(`/proc/${pid}/stat`);
  // The name before these fields may hold spaces and brackets.
  const fields = stat?.slice(stat.lastIndexOf(") ") + 2).split(" ");
  if (fields === undefined) return undefined;
  const field = (index: number): number => Number(fields[index]);
  return { pid, parent: field(1), group: field(2), cpuSeconds: (field(11) + field(12)) / ticksPerSecond };
}

/** Its command line, cut to a readable length, without what could move a cursor. */
export function commandOf(pid: number): string {
  const line = (read(`/proc/${pid}/cmdline`) ?? "")
    .replace(/\0+$/, "")
    .replaceAll("\0", " ")
    .replace(/\p{Cc}+/gu, " ");
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

/** Pages in memory, shared ones too, and the most that there ever were. */
export function residentMegabytes(pid: number): { readonly now: number; readonly peak: number } {
  const status = read(`/proc/${pid}/status`) ?? "";
  const kilobytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
  return { now: kilobytes("VmRSS") / 1024, peak: kilobytes("VmHWM") / 1024 };
}

/** Processes that listen on a TCP port of this machine. */
export function listeners(port: number): number[] {
  const inodes = listeningInodes((listening) => listening === port);
  return [...socketsOfProcesses(inodes).keys()];
}

/** TCP ports that these processes listen on. */
export function portsOf(pids: ReadonlySet<number>): number[] {
  const ports = new Map<string, number>();
  listeningInodes((port, inode) => {
    ports.set(inode, port);
    return true;
  });
  const owned = socketsOfProcesses(new Set(ports.keys()), pids);
  return [...new Set([...owned.values()].flat().map((inode) => ports.get(inode) as number))];
}

/** Inodes of listening sockets whose port is wanted. */
function listeningInodes(wanted: (port: number, inode: string) => boolean): Set<string> {
  const inodes = new Set<string>();
  const listen = "0A";
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"])
    for (const line of (read(table) ?? "").split("\n").slice(1)) {
      const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
      if (state === listen && wanted(Number.parseInt(local.split(":")[1] ?? "", 16), inode)) inodes.add(inode);
    }
  return inodes;
}

/** By process, which of the sockets it holds. Those of other users cannot be seen. */
function socketsOfProcesses(inodes: ReadonlySet<string>, among?: ReadonlySet<number>): Map<number, string[]> {
  const owners = new Map<number, string[]>();
  if (inodes.size === 0) return owners;
  for (const pid of among ??
    list("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number))
    for (const descriptor of list(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(link(`/proc/${pid}/fd/${descriptor}`))?.[1];
      if (inode !== undefined && inodes.has(inode)) owners.set(pid, [...(owners.get(pid) ?? []), inode]);
    }
  return owners;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Gone, or not ours to see.
    return undefined;
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
