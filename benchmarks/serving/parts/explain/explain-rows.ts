import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { loadModel, type Model, type Row } from "../../../../src/index.ts";

/** explain-rows.ts FOLDER, then lines of JSON {"model", "rows"}; each is answered with the microseconds of processor time of a row. */
const folder = process.argv[2] ?? "";
const models = new Map<string, { readonly model: Model; readonly rows: readonly Row[] }>();
for (const name of ["iris-forest", "forest-500x8"])
  models.set(name, {
    model: await loadModel(`${folder}/${name}.onnx`),
    rows: JSON.parse(readFileSync(`${folder}/${name}.rows.json`, "utf8")) as Row[],
  });
console.log(JSON.stringify({ ready: true }));

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line) as { readonly model: string; readonly rows: number };
  const { model, rows } = models.get(asked.model) ?? fail(asked.model);
  const before = process.cpuUsage();
  // As a program would: checked, predicted, explained, and made an object.
  for (let index = 0; index < asked.rows; index++) await model.explain(rows[index % rows.length] as Row);
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify((user + system) / asked.rows));
}

function fail(name: string): never {
  throw new Error(`there is no model ${name}`);
}
