import type { Prepared } from "./prepared.ts";
import { plain, printed } from "./programs.ts";
import type { Runtime, WorkersResult } from "./results.ts";

/** Batches in one worker thread and in two, on whatever cores there are. */
export async function measureWorkers(models: readonly Prepared[], rounds: number): Promise<WorkersResult[]> {
  const results: WorkersResult[] = [];
  for (const { name, folder, info } of models)
    for (const runtime of ["node", "bun"] satisfies Runtime[]) {
      const args = [`${folder}/${info.file}`, `${folder}/rows.f32`, `${info.features}`, `${info.rows}`, `${rounds}`];
      const times = await printed<Pick<WorkersResult, "one" | "two">>(
        [...plain(runtime), "benchmarks/engine/two-workers.js", ...args],
        undefined,
      );
      const short = (list: readonly number[]): number[] => list.map((value) => Number(value.toPrecision(4)));
      results.push({ model: name, runtime, rows: info.rows, one: short(times.one), two: short(times.two) });
    }
  return results;
}
