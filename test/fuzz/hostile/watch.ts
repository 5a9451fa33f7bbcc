import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type ChildResult, longestMilliseconds, mostBytes } from "./protocol.ts";

const child = fileURLToPath(new URL("./child.ts", import.meta.url));

/** Runs the child and ends it when a file takes too long; a hang, a crash or an exhausted heap is a finding like any other. */
export function watch(parameters: readonly (string | number)[]): Promise<ChildResult> {
  return new Promise((resolve) => {
    const { execPath } = process;
    const started = spawn(execPath, ["--max-old-space-size=1024", "--import", "tsx", child, ...parameters.map(String)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let last = "its start";
    let rest = "";
    let errors = "";
    let result: ChildResult | undefined;
    let stopped: string | undefined;
    const stop = (why: string): void => {
      stopped = why;
      started.kill("SIGKILL");
    };
    const timer = (): NodeJS.Timeout => setTimeout(() => stop("did not end"), longestMilliseconds);
    // A file that takes all memory would take it from whatever else runs.
    const meter = setInterval(() => {
      if (residentBytes(started.pid) > mostBytes) stop(`took more than ${mostBytes} bytes of memory`);
    }, 50);
    let patience = timer();
    started.stderr.on("data", (chunk: Buffer) => {
      errors = `${errors}${chunk}`.slice(-2000);
    });
    started.stdout.on("data", (chunk: Buffer) => {
      clearTimeout(patience);
      patience = timer();
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines)
        if (line.startsWith("result ")) result = JSON.parse(line.slice(7)) as ChildResult;
        else last = line;
    });
    started.on("close", (code, signal) => {
      clearTimeout(patience);
      clearInterval(meter);
      const why = stopped ?? `ended the process (${code ?? signal}): ${errors.trim().slice(-600)}`;
      const finding = `${parameters.join(" ")}, execution ${last}: ${why}`;
      resolve(
        result ?? {
          executions: Number(last) - Number(parameters[2] ?? 0) || 0,
          fates: {},
          findings: [finding],
          slowest: 0,
          largestGrowth: 0,
        },
      );
    });
  });
}

/** 0 where the system does not say: the check after every file remains. */
function residentBytes(pid: number | undefined): number {
  try {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
