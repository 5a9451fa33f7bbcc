import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus, platform } from "node:os";

/** What a long run found, for `docs/coverage/trust.md`. */
export interface Recorded<Result> {
  readonly command: string;
  readonly commit: string;
  readonly date: string;
  readonly machine: string;
  readonly seconds: number;
  readonly result: Result;
}

export function record<Result>(name: string, command: string, started: number, result: Result): void {
  const recorded: Recorded<Result> = {
    command,
    commit: execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim(),
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${platform()}, Node ${process.versions.node}`,
    seconds: Math.round((performance.now() - started) / 1000),
    result,
  };
  writeFileSync(new URL(`./results/${name}.json`, import.meta.url), `${JSON.stringify(recorded, null, 2)}\n`);
}
