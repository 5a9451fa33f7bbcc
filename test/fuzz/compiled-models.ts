import { parseArgs } from "node:util";
import { compiledEngine } from "../../src/engines/compiled.ts";
import { SetosaError } from "../../src/errors.ts";
import { readModel } from "../../src/formats/registry.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { interpret } from "../../src/interpreter/interpret.ts";
import { type Tensor, tensor } from "../../src/tensor/tensor.ts";
import { seededRandom } from "../onnx/random.ts";
import { mutate } from "./model-mutations.ts";
import { goodModels } from "./model-target.ts";

/**
 * Mutated models that still read: what compiles has to answer as the interpreter does, or to refuse as it
 * does, and nothing may fail in any other way. `node --import tsx test/fuzz/compiled-models.ts [seconds] [seed]`
 */

const { positionals } = parseArgs({ allowPositionals: true });
const seconds = Number(positionals[0] ?? 60);
const seed = Number(positionals[1] ?? Date.now() % 2 ** 31);
const random = seededRandom(seed);
// Large models are mutated into damaged files nearly always, and take long when they are not.
const models = goodModels().filter(({ length }) => length < 30_000);
const rows = 3;
const maxElements = 10_000;

type Outcome = readonly Tensor[] | SetosaError | Error;

function inputsOf(graph: Graph): Tensor[] | undefined {
  const shapes = graph.inputs.map(({ shape }) => shape.map((size, axis) => (typeof size === "number" ? size : axis === 0 ? rows : 1)));
  if (shapes.some((shape) => shape.reduce((product, size) => product * size, 1) > maxElements)) return undefined;
  return graph.inputs.map(({ dtype }, index) => {
    const input = tensor(dtype, shapes[index] ?? []) as Tensor;
    const whole = dtype !== "float32" && dtype !== "float64";
    if (input.dtype !== "string")
      input.data.forEach((_, place) => {
        const value = Math.round((random() - 0.5) * 16) / 4;
        input.data[place] = dtype === "bool" ? place % 2 : whole ? Math.trunc(value) : value;
      });
    return input;
  });
}

async function outcome(run: () => Promise<readonly Tensor[]> | readonly Tensor[]): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function same(a: Outcome, b: Outcome): boolean {
  if (a instanceof Error || b instanceof Error) return a instanceof SetosaError && b instanceof SetosaError;
  return a.every((output, index) => {
    const other = b[index];
    if (other === undefined || output.dtype !== other.dtype || output.shape.join() !== other.shape.join()) return false;
    return Array.from(output.data as ArrayLike<number | string>).every((value, place) =>
      close(value, other.data[place] as number | string),
    );
  });
}

function close(a: number | string, b: number | string): boolean {
  if (Object.is(a, b) || a === b) return true;
  return typeof a === "number" && typeof b === "number" && Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b));
}

const end = performance.now() + seconds * 1000;
const failures = new Map<string, number>();
let executions = 0;
let compared = 0;
while (performance.now() < end) {
  const bytes = mutate(models[executions++ % models.length] ?? new Uint8Array(), models, random);
  try {
    const { graph } = readModel(bytes);
    const inputs = inputsOf(graph);
    if (inputs === undefined) continue;
    const engine = await compiledEngine(graph, "fuzzing");
    compared++;
    const compiled = await outcome(() => engine.run(inputs));
    const interpreted = await outcome(() => interpret(graph, inputs));
    if (!same(compiled, interpreted)) count(`differs: ${graph.nodes.map(({ operator }) => operator).join(", ")}`);
  } catch (error) {
    if (!(error instanceof SetosaError)) count(String(error));
  }
}
console.log(`${executions} executions (seed ${seed}), ${compared} compiled and compared, ${failures.size} kinds of failure`);
for (const [what, times] of failures) console.log(`${times} × ${what}`);
process.exitCode = failures.size === 0 ? 0 : 1;

function count(what: string): void {
  failures.set(what, (failures.get(what) ?? 0) + 1);
}
