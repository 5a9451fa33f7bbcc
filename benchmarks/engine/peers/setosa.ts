import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { loadModel } from "../../../src/models/load-model.ts";

/** Measures Setosa inside its own process; the arguments and commands are those of driver.c. */

const [modelPath = "", rowsPath = "", featureCount = "", rowCount = ""] = process.argv.slice(2);
const features = Number(featureCount);
const rows = Number(rowCount);
const model = await loadModel(new Uint8Array(readFileSync(modelPath)), { engine: "compiled" });
const bytes = readFileSync(rowsPath);
const data = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
const each = Array.from({ length: rows }, (_, row) => data.slice(row * features, (row + 1) * features));
let sink = 0;

function scoreOf(row: number): number {
  return model.predictRaw(each[row] as Float64Array).scores?.[0] ?? Number.NaN;
}

function answer(line: string): string {
  const [command, calls = "", from = ""] = line.split(" ");
  if (command === "predict")
    return [...each.keys()]
      .map(scoreOf)
      .concat(Array.from(model.predictRaw(data).scores ?? []))
      .join(" ");
  const start = performance.now();
  if (command === "many") {
    sink += model.predictRaw(data).scores?.[0] ?? 0;
    return String(((performance.now() - start) * 1000) / rows);
  }
  for (let call = 0, row = Number(from) % rows; call < Number(calls); call++, row = row + 1 === rows ? 0 : row + 1) sink += scoreOf(row);
  return String(((performance.now() - start) * 1000) / Number(calls));
}

createInterface({ input: process.stdin })
  .on("line", (line) => console.log(answer(line)))
  .on("close", () => process.exit(Number.isFinite(sink) ? 0 : 1));
