// A script as a user writes it: a model that needs onnxruntime, many predictions at once, and no close.
import { loadModel, SetosaError } from "../../src/index.ts";
import { pooling } from "../onnx/tiny-models.ts";

try {
  const model = await loadModel(pooling());
  const image = (first: number) => [0, 1, 2].map((row) => [0, 1, 2].map((column) => first + 3 * row + column));
  const answers = await Promise.all(Array.from({ length: 100 }, (_, first) => model.answerTensors([[image(first)]], "")));
  const sums = answers.map((outputs) => outputs.get("sums")?.data[0]);
  process.stdout.write(JSON.stringify({ engine: model.engine.kind, reason: model.engine.reason, sums }));
} catch (error) {
  if (!(error instanceof SetosaError)) throw error;
  process.stdout.write(JSON.stringify({ code: error.code, message: error.message, hint: error.hint }));
}
