import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Loads every example model in a fresh process of the runtime given as arguments, several times, and prints JSON. */

const loads = 9;
const runtime = process.argv.slice(2);
const models = fileURLToPath(new URL("../../models/", import.meta.url));
const program = `
const { loadModel } = await import(${JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)});
const { readFile } = await import("node:fs/promises");
const bytes = new Uint8Array(await readFile(process.env.MODEL));
const start = performance.now();
await loadModel(bytes);
console.log(performance.now() - start);
`;

function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}): string {
  const [file = "", ...rest] = [...runtime, ...args];
  return execFileSync(file, rest, { encoding: "utf8", env: { ...process.env, ...environment } });
}

const names = readdirSync(models)
  .filter((name) => name.endsWith(".onnx"))
  .sort();
const times = names.map((): number[] => []);
// Round after round, so that a slow minute of the machine falls on all of them.
for (let load = 0; load < loads; load++)
  names.forEach((name, index) =>
    times[index]?.push(
      Number(run([...(runtime[0]?.endsWith("bun") ? [] : ["--input-type=module"]), "-e", program], { MODEL: models + name })),
    ),
  );

const version = run(["--version"]).trim();
console.log(
  JSON.stringify({
    runtime: runtime[0]?.endsWith("bun") ? `Bun ${version}` : `Node ${version.replace("v", "")}`,
    loading: names.map((name, index) => ({ model: name.replace(".onnx", ""), milliseconds: times[index] })),
  }),
);
