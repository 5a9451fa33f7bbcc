import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Loads every example model in a fresh process of the runtime given as arguments, several times, and prints JSON. */

const loads = 9;
const runtime = process.argv.slice(2);
const models = fileURLToPath(new URL("../../models/", import.meta.url));
const program = fileURLToPath(new URL("./load-once.js", import.meta.url));

function run(...args: readonly string[]): string {
  const [file = "", ...rest] = [...runtime, ...args];
  return execFileSync(file, rest, { encoding: "utf8" });
}

const names = readdirSync(models)
  .filter((name) => name.endsWith(".onnx"))
  .sort();
const times = names.map((): number[] => []);
// Round after round, so that a slow minute of the machine falls on all of them.
for (let load = 0; load < loads; load++) names.forEach((name, index) => times[index]?.push(Number(run(program, models + name))));

const version = run("--version").trim();
console.log(
  JSON.stringify({
    runtime: runtime[0]?.endsWith("bun") ? `Bun ${version}` : `Node ${version.replace("v", "")}`,
    loading: names.map((name, index) => ({ model: name.replace(".onnx", ""), milliseconds: times[index] })),
  }),
);
