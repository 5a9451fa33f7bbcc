import { readFileSync } from "node:fs";

/** Descriptors of the process itself: the runtime's, models that are being read, threads, logs, the channel to a supervisor. */
const ownDescriptors = 100;

/**
 * How many files and sockets this process may have open; undefined where the system does not say (it is not Linux). Node and Bun raise
 * their own limit to the hard one when they start, so this is `ulimit -Hn`.
 */
export function descriptorLimit(read: () => string = () => readFileSync("/proc/self/limits", "latin1")): number | undefined {
  try {
    const soft = /^Max open files\s+(\d+)\s/m.exec(read())?.[1];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

/**
 * How many connections fit into a limit of descriptors. At a process's limit nobody is told anything: Bun tries to accept again and again
 * while clients wait, Node closes what it cannot take. Fewer connections leave room to answer those beyond them.
 */
export function fittingConnections(wanted: number, limit: number | undefined): number {
  if (limit === undefined) return wanted;
  const room = limit - ownDescriptors;
  // An eighth more, 16 at least, are let in to be told that there are too many: see Http1Server.open.
  return Math.max(1, Math.min(wanted, room - 16, Math.floor((room * 8) / 9)));
}
