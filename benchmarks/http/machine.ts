import { execFileSync } from "node:child_process";
import { cpus, release, totalmem, type } from "node:os";
import { root } from "./server.ts";

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly system: string;
  readonly node: string;
  readonly bun: string;
  readonly commit: string;
  readonly date: string;
}

export function describeMachine(bun: string): Machine {
  return {
    processor: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.versions.node,
    bun: output(bun, ["--version"]),
    commit: `${output("git", ["rev-parse", "--short", "HEAD"])}${output("git", ["status", "--porcelain"]) === "" ? "" : " with changes"}`,
    date: new Date().toISOString(),
  };
}

function output(file: string, args: readonly string[]): string {
  try {
    return execFileSync(file, args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "unknown";
  }
}
