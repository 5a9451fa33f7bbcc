import { seededRandom } from "../../test/onnx/random.ts";
import { objectContender, ortContender, rawContender } from "./contenders.ts";
import { measure } from "./measure.ts";
import { exampleModel, gradientBoosting } from "./models.ts";

/** Measures in the runtime that runs it and prints JSON: `run.ts` starts it under each one. */

const rounds = Number(process.argv[2] ?? 40);

const models = [
  await exampleModel("iris"),
  await exampleModel("iris-forest"),
  await exampleModel("wine"),
  await exampleModel("breast-cancer"),
  await exampleModel("diabetes"),
  await exampleModel("digits"),
  await gradientBoosting(),
];
const oneRow = [];
for (const { name, bytes, model, rows, objects, dtype } of models) {
  const contenders = [rawContender(model, rows, dtype), objectContender(model, objects), await ortContender(bytes, rows, dtype)];
  oneRow.push({ model: name, measurements: await measure(contenders, rows.length, rounds, seededRandom(3)) });
}

const runtime = process.versions.bun === undefined ? `Node ${process.versions.node}` : `Bun ${process.versions.bun}`;
console.log(JSON.stringify({ runtime, rounds, oneRow }));
process.exit(0);
