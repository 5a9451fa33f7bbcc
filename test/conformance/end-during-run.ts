// Ends with status 3 in the middle of a run: `exit` at once, `close` after closing the model.
import { setTimeout } from "node:timers/promises";
import { loadModel } from "../../src/index.ts";
import { tensor } from "../../src/tensor/tensor.ts";
import { product } from "../onnx/tiny-models.ts";

const model = await loadModel(product(), { engine: "onnxruntime" });
const rows = tensor("float32", [8192, 512]);
const runs = Array.from({ length: 5 }, () => model.engine.run([rows]).catch(() => undefined));
await runs[0];
// The next run takes hundreds of milliseconds, and nothing tells that it has begun.
await setTimeout(50);
process.stdout.write("running\n");
if (process.argv[2] === "close") await model.close();
process.exit(3);
