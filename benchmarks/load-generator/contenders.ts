import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RequestPlan } from "../../src/bench/client/request.ts";

/** What a load generator says of one run. */
export interface Run {
  readonly answersPerSecond: number;
  /** Its own process, or thread: the share of the run in which it was on a core. */
  readonly busy: number;
}

/** wrk with one thread. @throws Error when an answer is not 2xx */
export async function runWrk(url: URL, { method, body, headers }: RequestPlan, connections: number, seconds: number): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), "setosa-wrk-"));
  try {
    const script = join(folder, "request.lua");
    const lines = [
      `wrk.method = ${JSON.stringify(method)}`,
      ...headers.map(([name, value]) => `wrk.headers[${JSON.stringify(name)}] = ${JSON.stringify(value)}`),
    ];
    writeFileSync(script, [...lines, ...(body === undefined ? [] : [`wrk.body = ${JSON.stringify(body)}`]), ""].join("\n"));
    const { output, busy } = await timed(["wrk", "-t1", `-c${connections}`, `-d${seconds}s`, "-s", script, url.href]);
    if (/Non-2xx|Socket errors/.test(output)) throw new Error(`wrk saw failures:\n${output}`);
    return { answersPerSecond: number(/Requests\/sec:\s+([\d.]+)/, output), busy };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** hey. @throws Error when an answer is not 200 */
export async function runHey(url: URL, { method, body }: RequestPlan, connections: number, seconds: number): Promise<Run> {
  const content = body === undefined ? [] : ["-T", "application/json", "-d", body];
  const { output, busy } = await timed([
    "hey",
    "-cpus",
    "1",
    "-z",
    `${seconds}s`,
    "-c",
    String(connections),
    "-m",
    method,
    ...content,
    url.href,
  ]);
  if (/Error distribution/.test(output) || !/\[200\]/.test(output)) throw new Error(`hey saw failures:\n${output}`);
  return { answersPerSecond: number(/Requests\/sec:\s+([\d.]+)/, output), busy };
}

/** Runs a program under `time`, whose figures include everything that the program did. */
async function timed(command: readonly string[]): Promise<{ readonly output: string; readonly busy: number }> {
  const started = performance.now();
  const { output, errors } = await run(["bash", "-c", 'TIMEFORMAT="cpu %U %S"; time "$@"', "time", ...command]);
  const wall = (performance.now() - started) / 1000;
  const [, user = "", system = ""] = /cpu ([\d.]+) ([\d.]+)/.exec(errors) ?? [];
  return { output, busy: (Number(user) + Number(system)) / wall };
}

function run([file = "", ...args]: readonly string[]): Promise<{ readonly output: string; readonly errors: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"] });
    let [output, errors] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    child.once("error", reject);
    child.once("close", (status) =>
      status === 0 ? resolve({ output, errors }) : reject(new Error(`${args.at(-1)} ended with ${status}:\n${output}${errors}`)),
    );
  });
}

function number(pattern: RegExp, text: string): number {
  const found = Number(pattern.exec(text)?.[1]);
  if (!Number.isFinite(found)) throw new Error(`no figure in:\n${text}`);
  return found;
}
