import { readFileSync } from "node:fs";
import { residentMegabytes } from "../../src/bench/process/proc.ts";
import { descendants } from "../../src/bench/process/server-processes.ts";

const pollMilliseconds = 20;

/** A process and all that has come from it, also what has outlived its parent since it was seen. Linux only. */
export class ProcessTree {
  readonly #root: number;
  /** When each was started, because Linux may give an id to another process later. */
  readonly #members = new Map<number, string>();

  constructor(root: number) {
    this.#root = root;
    this.look();
  }

  /** Those that run now. */
  look(): readonly number[] {
    for (const pid of descendants([this.#root, ...this.#running()])) {
      const start = startOf(pid);
      if (start !== undefined) this.#members.set(pid, start);
    }
    return this.#running();
  }

  /** Pages in memory, in MiB: those that processes share count for each in `resident`, once in `proportional`. */
  memory(): { readonly resident: number; readonly proportional: number } {
    const members = this.look();
    return {
      resident: members.reduce((sum, pid) => sum + residentMegabytes(pid).now, 0),
      proportional: members.reduce((sum, pid) => sum + proportionalMegabytes(pid), 0),
    };
  }

  /**
   * Asks the root to end, then whatever it has left behind, and waits until all have.
   * @param patienceMilliseconds After which whoever is left is killed
   */
  async end(patienceMilliseconds: number): Promise<void> {
    const asked = new Set<number>();
    const ask = (pid: number): void => {
      // Some take a second request for an order to drop everything.
      if (!asked.has(pid)) signal(pid, "SIGTERM");
      asked.add(pid);
    };
    const deadline = performance.now() + patienceMilliseconds;
    // Looked at before the first request: all have to be known before their parents end.
    for (let left = this.look(); left.length > 0; left = this.look()) {
      if (performance.now() > deadline) this.kill();
      else if (left.includes(this.#root)) ask(this.#root);
      else left.forEach(ask);
      await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
    }
  }

  kill(): void {
    for (const pid of this.look()) signal(pid, "SIGKILL");
  }

  #running(): number[] {
    return [...this.#members].filter(([pid, start]) => startOf(pid) === start).map(([pid]) => pid);
  }
}

/** When a process was started, in ticks since the machine was (proc(5)); undefined where it is gone or only to be reaped. */
function startOf(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // The name before these fields may hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(") ") + 2).split(" ");
  return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
}

/** The process's share of its pages (Pss in proc(5)); 0 where it is gone. */
function proportionalMegabytes(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone in the meantime.
  }
}
