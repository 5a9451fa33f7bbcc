import { existsSync, readdirSync } from "node:fs";
import { basename } from "node:path";
import type { Prepared } from "./prepared.ts";
import { plain, printed, root } from "./programs.ts";
import type { LargeLoadingResult, LoadingResult, Runtime } from "./results.ts";

const runtimes: readonly Runtime[] = ["node", "bun"];

/** Loads every example model, as it is committed, in new processes. */
export async function measureLoading(loads: number, core: string): Promise<LoadingResult[]> {
  const folder = `${root}models/`;
  const results = runtimes.flatMap((runtime) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".onnx"))
      .sort()
      .map((file) => ({ model: basename(file, ".onnx"), runtime, first: [] as number[], second: [] as number[] })),
  );
  // Round after round, so that a slow minute of the machine falls on all of them.
  for (let load = 0; load < loads; load++)
    for (const { model, runtime, first, second } of results) {
      const command = [...plain(runtime), "benchmarks/engine/load.js", `${folder}${model}.onnx`];
      const times = await printed<{ first: number; second: number }>(command, core);
      first.push(rounded(times.first));
      second.push(rounded(times.second));
    }
  return results;
}

/** Loads forests of about a million nodes, each from the format of its trainer and as ONNX. */
export async function measureLargeLoading(models: readonly Prepared[], loads: number, core: string): Promise<LargeLoadingResult[]> {
  const formats = { "model.txt": "LightGBM text", "model.ubj": "XGBoost UBJSON", "model.json": "XGBoost JSON", "model.onnx": "ONNX" };
  const results: (LargeLoadingResult & Record<"milliseconds" | "resident" | "used", number[]>)[] = [];
  const run = async (file: string, result: (typeof results)[number]): Promise<void> => {
    const command = [...plain(result.runtime), "benchmarks/engine/load-large.js", `${root}models/iris-forest.onnx`, file];
    const found = await printed<{ milliseconds: number; resident: number; used: number }>(command, core);
    result.milliseconds.push(rounded(found.milliseconds));
    result.resident.push(found.resident);
    result.used.push(found.used);
  };
  const files = new Map<(typeof results)[number], string>();
  for (const { name, folder, info } of models)
    for (const [file, format] of Object.entries(formats))
      for (const runtime of existsSync(`${folder}/${file}`) ? runtimes : []) {
        const result = { model: name, format, runtime, nodes: info.nodes ?? 0, milliseconds: [], resident: [], used: [] };
        results.push(result);
        files.set(result, `${folder}/${file}`);
      }
  for (let load = 0; load < loads; load++) for (const [result, file] of files) await run(file, result);
  return results;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
