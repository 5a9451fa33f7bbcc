import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { SetosaError } from "../../errors.ts";

/**
 * Puts this process, with all its threads and those to come, on some cores.
 * @returns what puts it back: programs that it starts later would stay there too
 */
export function pinSelf(cores: string): () => void {
  checkPinning();
  const before = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? cores;
  const put = (on: string): void => taskset(["-a", "-c", "-p", on, String(process.pid)]);
  put(cores);
  return () => put(before);
}

/** The command that starts `command` on some cores. */
export function pinned(command: readonly string[], cores: string | undefined): readonly string[] {
  return cores === undefined ? command : ["taskset", "-c", cores, ...command];
}

export function checkPinning(): void {
  if (spawnSync("taskset", ["--version"]).error !== undefined)
    throw new SetosaError("ARGUMENT_INVALID", "Cores can be chosen only where taskset is installed (Linux, util-linux).", {
      hint: "Leave --client-cores and --server-cores out.",
    });
}

function taskset(args: readonly string[]): void {
  const { status, stderr } = spawnSync("taskset", args, { encoding: "utf8" });
  if (status !== 0)
    throw new SetosaError("ARGUMENT_INVALID", `taskset refuses: ${stderr.trim()}.`, { hint: "Name cores that there are: 0, 1 or 0-1." });
}
