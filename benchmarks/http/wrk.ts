import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { body, hasTaskset } from "./server.ts";

export const hasWrk = spawnSync("wrk", ["--version"]).error === undefined;

export interface WrkResult {
  readonly requests: number;
  readonly seconds: number;
}

/**
 * One run of wrk with 16 connections on one core.
 * @throws Error when an answer is not 2xx or a connection fails
 */
export async function runWrk(port: number, method: "GET" | "POST", seconds: number, core: number): Promise<WrkResult> {
  const folder = mkdtempSync(join(tmpdir(), "setosa-wrk-"));
  try {
    const script = join(folder, "request.lua");
    const post = `wrk.method = "POST"\nwrk.body = ${JSON.stringify(body)}\nwrk.headers["Content-Type"] = "application/json"\n`;
    writeFileSync(script, method === "POST" ? post : "");
    const command = ["wrk", "-t1", "-c16", `-d${seconds}s`, "-s", script, `http://127.0.0.1:${port}/predict`];
    const output = await run(hasTaskset ? ["taskset", "-c", String(core), ...command] : command);
    if (/Non-2xx|Socket errors/.test(output)) throw new Error(`wrk saw failures:\n${output}`);
    const [, requests, duration] = /(\d+) requests in ([\d.]+)s/.exec(output) ?? [];
    if (requests === undefined) throw new Error(`wrk said something else:\n${output}`);
    return { requests: Number(requests), seconds: Number(duration) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run([file = "", ...args]: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.once("error", reject);
    child.once("close", (status) => (status === 0 ? resolve(output) : reject(new Error(`${file} ended with ${status}:\n${output}`))));
  });
}
