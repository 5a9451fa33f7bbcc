import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { loadModel } from "../../../src/models/load-model.ts";
import type { InProcess } from "./in-process.ts";
import { jsonForm } from "./json.ts";
import { onnxruntimeForm } from "./onnxruntime.ts";
import { readRows } from "./rows.ts";
import { kernelForm, objectForm, rawForm } from "./setosa.ts";

/**
 * Measures Setosa, and onnxruntime-node beside it, inside one process. Arguments: the model's folder, its file, features, rows,
 * and whether onnxruntime-node takes part. The commands are those of driver.c, with the contender's name at the end;
 * "contenders" lists the names.
 */

const [folder = "", file = "", featureCount = "", rowCount = "", withOnnxruntime = ""] = process.argv.slice(2);
const count = Number(rowCount);
const model = await loadModel(new Uint8Array(readFileSync(`${folder}/${file}`)), { engine: "compiled" });
const rows = readRows(folder, Number(featureCount), count, model.signature);
const forms = new Map<string, InProcess>();
const add = (name: string, form: InProcess | undefined): void => void (form === undefined || forms.set(name, form));
add("predictRaw", rawForm(model, rows));
add("kernel", kernelForm(model, rows));
add("predict", objectForm(model, rows));
add("json", jsonForm(model, rows));
let refusal = "";
if (withOnnxruntime === "onnxruntime")
  try {
    add("onnxruntime", await onnxruntimeForm(folder, rows));
  } catch (error) {
    refusal = error instanceof Error ? error.message : String(error);
  }
let sink = 0;

/** See driver.c. */
function milliseconds(): number {
  if (process.env.SETOSA_BENCH_CLOCK !== "cpu") return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function answer(line: string): Promise<string> {
  const [command, ...words] = line.split(" ");
  if (command === "contenders") return JSON.stringify({ names: [...forms.keys()], refusal });
  const { one, many, scores } = forms.get(words.at(-1) ?? "") as InProcess;
  if (command === "predict") {
    const found: number[] = [];
    for (let row = 0; row < count; row++) for (const value of Array.from(await scores(row))) found.push(value);
    const batch = many === undefined ? [] : Array.from(await scores(undefined));
    writeFileSync(words[0] ?? "", new Uint8Array(Float64Array.from([...found, ...batch]).buffer));
    return many === undefined ? "0" : "1";
  }
  const start = milliseconds();
  if (command === "many") {
    sink += (await many?.()) ?? 0;
    return String(((milliseconds() - start) * 1000) / count);
  }
  const calls = Number(words[0]);
  const result = one(calls, Number(words[1]) % count);
  sink += typeof result === "number" ? result : await result;
  return String(((milliseconds() - start) * 1000) / calls);
}

// One command after the other.
let last: Promise<void> = Promise.resolve();
createInterface({ input: process.stdin })
  .on("line", (line) => {
    last = last.then(async () => console.log(await answer(line)));
  })
  .on("close", () => process.exit(Number.isFinite(sink) ? 0 : 1));
