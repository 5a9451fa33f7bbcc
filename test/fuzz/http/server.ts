import { readFileSync } from "node:fs";
import { type Running, type Runtime, root, startSetosa } from "../../e2e/process.ts";

/** The server under test: the real command, with times short enough to see that it keeps them, and long enough for a machine that is busy. */
export interface FuzzedServer {
  readonly port: number;
  readonly running: Running;
  /** Resident MiB of the process that serves. */
  resident(): number;
}

export async function startFuzzedServer(runtime: Runtime): Promise<FuzzedServer> {
  const times = ["--idle-timeout-ms", "4000", "--request-timeout-ms", "5000"];
  const running = startSetosa(["serve", `${root}models/iris.onnx`, "--port", "0", "--runtime", runtime, ...times]);
  const [, port] = await running.waitFor(/Listening on http:\/\/localhost:(\d+)/);
  return { port: Number(port), running, resident: () => Math.max(...family(running.pid).map(residentMegabytes)) };
}

function residentMegabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? 0) / 1024;
}

/** A launcher may stay beside what serves. */
function family(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").split(" ").filter(Boolean).map(Number);
  return [pid, ...children.flatMap(family)];
}
