import type { PassName } from "../../src/compiler/passes/registry.ts";
import { rowKernel } from "../../src/engines/compiled.ts";
import { kernelEngine } from "../../src/engines/kernel-engine.ts";
import { SetosaError } from "../../src/errors.ts";
import { evaluateNode, interpret } from "../../src/interpreter/interpret.ts";
import { isFloat } from "../../src/tensor/dtype.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import { type OperatorCase, type OperatorFamily, operatorCases } from "../fixtures/operators/cases.ts";
import { Runtime } from "../onnx/runtime.ts";
import { machineDependent, runtimeDeviations, runtimeSkips } from "./runtime-skips.ts";
import { repeated, type Variant, variantsOf } from "./variants.ts";

export const families: readonly OperatorFamily[] = [
  "node-tests",
  "control",
  "elementwise",
  "encoding",
  "linear",
  "matrix",
  "nn",
  "preprocessing",
  "text",
  "tree",
];

/** What became of a vector. */
export type Outcome =
  | { readonly kind: "passed" }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "wrong"; readonly what: string };

const passed: Outcome = { kind: "passed" };

export function allCases(): OperatorCase[] {
  return families.flatMap(operatorCases).filter(({ outputs }) => outputs !== undefined);
}

/** The interpreter against the recorded outputs. */
export function runInterpreted({ graph, inputs, outputs = [] }: OperatorCase): Outcome {
  return guarded(() => compared(interpret(graph, inputs), outputs));
}

/** ONNX Runtime itself against the recorded outputs; what it refuses or answers otherwise is refused if the list says why, else wrong. */
export async function runOnRuntime(example: OperatorCase): Promise<Outcome> {
  const unknowable = machineDependent.get(example.name);
  if (unknowable !== undefined) return { kind: "refused", why: unknowable };
  const outcome = await onRuntime(example);
  if (outcome.kind === "passed") return outcome;
  if (outcome.kind === "wrong") {
    const why = runtimeDeviations.get(example.name);
    return why === undefined ? outcome : { kind: "refused", why };
  }
  const skip = runtimeSkips.find(({ message }) => message.test(outcome.why));
  return skip === undefined ? { kind: "wrong", what: outcome.why } : { kind: "refused", why: skip.reason };
}

async function onRuntime({ model, graph, inputs, outputs = [] }: OperatorCase): Promise<Outcome> {
  const runtime = await Runtime.load(model);
  if (typeof runtime === "string") return { kind: "refused", why: runtime };
  const feeds = Object.fromEntries(inputs.flatMap((input, position) => [[graph.inputs[position]?.name ?? "", input] as const]));
  const answer = await runtime.run(
    feeds,
    graph.outputs.map(({ name }) => name),
  );
  await runtime.release();
  return answer.kind === "answered" ? compared(answer.outputs, outputs) : answer;
}

export interface CompileForm {
  readonly simd: boolean;
  readonly passes?: readonly PassName[];
}

/** The compiler against the interpreter, with any number of rows. */
export async function runCompiled({ graph, input }: Variant, { simd, passes }: CompileForm): Promise<Outcome> {
  try {
    const kernel = await rowKernel(graph, { simd, capacity: 4, evaluate: evaluateNode, ...(passes === undefined ? {} : { passes }) });
    const engine = kernelEngine(kernel, "a test");
    for (const times of [1, 3]) {
      const rows = repeated(input, times);
      const expected = attempt(() => interpret(graph, [rows]));
      // What has no result in the interpreter (a row that is not a category) may have none here.
      if (expected === undefined) continue;
      const outcome = compared(await engine.run([rows]), expected);
      if (outcome.kind !== "passed") return outcome;
    }
    return passed;
  } catch (error) {
    return refusal(error);
  }
}

export { variantsOf };

function guarded(run: () => Outcome): Outcome {
  try {
    return run();
  } catch (error) {
    return refusal(error);
  }
}

function refusal(error: unknown): Outcome {
  if (!(error instanceof SetosaError) || error.code !== "OPERATOR_UNSUPPORTED") throw error;
  return { kind: "refused", why: error.message };
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof SetosaError) return undefined;
    throw error;
  }
}

function compared(found: readonly Tensor[], expected: readonly Tensor[]): Outcome {
  for (const [index, want] of expected.entries()) {
    const have = found[index];
    if (have?.dtype !== want.dtype || have.shape.join() !== want.shape.join())
      return { kind: "wrong", what: `output ${index} is ${have?.dtype}[${have?.shape}] and not ${want.dtype}[${want.shape}]` };
    const at = Array.from<number | string>(want.data).findIndex(
      (value, place) => !same(value, have.data[place] as number | string, isFloat(want.dtype)),
    );
    if (at >= 0) return { kind: "wrong", what: `element ${at} of output ${index} is ${have.data[at]} and not ${want.data[at]}` };
  }
  return passed;
}

/** The published tolerance for floats; everything else is exact. */
function same(expected: number | string, found: number | string, isFloatType: boolean): boolean {
  if (expected === found || Object.is(expected, found)) return true;
  if (!isFloatType || typeof expected === "string" || typeof found === "string") return false;
  return Math.abs(expected - found) <= Math.max(1e-6, 1e-5 * Math.abs(expected));
}
