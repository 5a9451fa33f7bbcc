import { passNames } from "../../../src/compiler/passes/registry.ts";
import { rowKernel } from "../../../src/engines/compiled.ts";
import { kernelEngine } from "../../../src/engines/kernel-engine.ts";
import { SetosaError } from "../../../src/errors.ts";
import { type Graph, isOpaque } from "../../../src/graph/graph.ts";
import { evaluateNode, interpret } from "../../../src/interpreter/interpret.ts";
import { isFloat } from "../../../src/tensor/dtype.ts";
import type { Tensor } from "../../../src/tensor/tensor.ts";
import type { Dice } from "../../forests/dice.ts";
import { Runtime } from "../../onnx/runtime.ts";
import { writeOnnx } from "../../onnx/write.ts";
import type { RandomModel } from "./model.ts";

/** One model on three engines. A case is one row of one model that ONNX Runtime and the kernel (or the interpreter) both answered. */
export interface Comparison {
  readonly cases: number;
  /** Cases that the kernel answered; the interpreter answered the others. */
  readonly compiled: number;
  /** Cases where only a rounding tells the answers apart: with inputs that differ by a millionth, ours is ONNX Runtime's. */
  readonly near: number;
  /** Cases that compare NaN, an infinity, or what float32 hardly holds, with other values. */
  readonly odd: number;
  /** Why an engine did not answer. */
  readonly refused: readonly string[];
  readonly difference?: string;
}

type Answer = readonly Tensor[] | string;

export async function compareModel(model: RandomModel, dice: Dice, count: number): Promise<Comparison> {
  const { graph } = model;
  const inputs = model.rows(count);
  const expected = await onRuntime(graph, inputs);
  const interpreted = attempt(() => interpret(graph, inputs));
  const compiled = await onKernel(graph, inputs, dice);
  const refused = [
    ...(typeof expected === "string" ? [`ONNX Runtime: ${expected}`] : []),
    ...(typeof interpreted === "string" ? [`interpreter: ${interpreted}`] : []),
    ...(typeof compiled === "string" ? [`compiler: ${compiled}`] : []),
  ];
  let near = 0;
  let odd = 0;
  const check = (
    what: string,
    want: readonly Tensor[],
    have: readonly Tensor[],
    labels: boolean,
    reference: boolean,
  ): string | undefined => {
    for (let row = 0; row < count; row++) {
      const at = differs(model, want, have, row, labels);
      if (at === undefined) continue;
      if (isNear(model, inputs, [want, have], row, dice, labels)) near++;
      else if (model.finite === true && hasNaN(want, row)) odd++;
      else if (reference && model.compares === true && hasOddValue(graph, inputs, row)) odd++;
      else return `${what}, ${at}; row ${row}: ${inputs.map((input) => JSON.stringify(rowOf(input, row).map(String))).join(" ")}`;
    }
    return undefined;
  };
  const answered = typeof compiled === "string" ? interpreted : compiled;
  const difference =
    (typeof compiled !== "string" && typeof interpreted !== "string"
      ? check("interpreted and compiled", interpreted, compiled, true, false)
      : undefined) ??
    (typeof expected !== "string" && typeof answered !== "string"
      ? check("ONNX Runtime and Setosa", expected, answered, model.labelsDiffer !== true, true)
      : undefined);
  const cases = typeof expected === "string" || typeof answered === "string" ? 0 : count;
  return {
    cases,
    compiled: typeof compiled === "string" ? 0 : cases,
    near,
    odd,
    refused,
    ...(difference === undefined ? {} : { difference }),
  };
}

async function onRuntime(graph: Graph, inputs: readonly Tensor[]): Promise<Answer> {
  const runtime = await Runtime.load(writeOnnx(graph));
  if (typeof runtime === "string") return runtime;
  const feeds = Object.fromEntries(graph.inputs.map(({ name }, position) => [name, inputs[position] as Tensor]));
  const answer = await runtime.run(
    feeds,
    graph.outputs.map(({ name }) => name),
  );
  await runtime.release();
  return answer.kind === "answered" ? answer.outputs : answer.why;
}

async function onKernel(graph: Graph, inputs: readonly Tensor[], dice: Dice): Promise<Answer> {
  const left = dice.chance(0.3) ? dice.pick(passNames) : undefined;
  try {
    const kernel = await rowKernel(graph, {
      simd: dice.chance(0.5),
      evaluate: evaluateNode,
      passes: passNames.filter((name) => name !== left),
    });
    return await kernelEngine(kernel, "a comparison").run(inputs);
  } catch (error) {
    return refusalOf(error);
  }
}

function attempt(action: () => readonly Tensor[]): Answer {
  try {
    return action();
  } catch (error) {
    return refusalOf(error);
  }
}

function refusalOf(error: unknown): string {
  if (error instanceof SetosaError) return `${error.code} ${error.message}`;
  throw error;
}

function rowOf({ data, shape }: Tensor, row: number): readonly (number | string)[] {
  const width = data.length / (shape[0] ?? 1);
  return Array.from<number | string>(data).slice(row * width, (row + 1) * width);
}

function hasNaN(outputs: readonly Tensor[], row: number): boolean {
  return outputs.some((output) => rowOf(output, row).some(Number.isNaN));
}

/** What is different about a row, if anything is. */
function differs(
  { scale, tolerance = 1e-6 * scale }: RandomModel,
  want: readonly Tensor[],
  have: readonly Tensor[],
  row: number,
  labels: boolean,
): string | undefined {
  for (const [index, output] of want.entries()) {
    const other = have[index];
    const isLabel = output.shape.length === 1 && !isFloat(output.dtype);
    if (isLabel && !labels) continue;
    if (other?.dtype !== output.dtype || other.shape.join() !== output.shape.join())
      return `output ${index} is ${other?.dtype}[${other?.shape}] instead of ${output.dtype}[${output.shape}]`;
    const [left, right] = [rowOf(output, row), rowOf(other, row)];
    const at = left.findIndex((value, place) => !same(value, right[place] ?? "", isFloat(output.dtype), tolerance));
    if (at >= 0) return `output ${index}[${at}] is ${right[at]} instead of ${left[at]}`;
  }
  return undefined;
}

/** The published tolerance, of numbers as large as the sums that they come from. */
function same(a: number | string, b: number | string, isFloatType: boolean, tolerance: number): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  if (!isFloatType || typeof a === "string" || typeof b === "string") return false;
  return Math.abs(a - b) <= Math.max(tolerance, 1e-5 * Math.abs(a));
}

/**
 * Trees and encoders are exact. Elsewhere ONNX Runtime rounds every step to float32, and sums in it: an answer may be off by
 * as much as it moves when every value on the way does so by a few units of the last place of its row's largest.
 */
function isNear(
  model: RandomModel,
  inputs: readonly Tensor[],
  [want, have]: readonly [readonly Tensor[], readonly Tensor[]],
  row: number,
  dice: Dice,
  labels: boolean,
): boolean {
  if (model.scale === 1) return false;
  const wanted = want.map((output) => oneRow(output, row));
  const own = have.map((output) => oneRow(output, row));
  const moved = Array.from({ length: 24 }, () => {
    const values = evaluated(model.graph, inputs, row, (value) => moveBy(value, 5e-7, dice));
    return model.graph.outputs.map(({ name }, index) => values.get(name) ?? (own[index] as Tensor));
  });
  return wanted.every((output, index) => {
    const isLabel = output.shape.length === 1 && !isFloat(output.dtype);
    if (isLabel && !labels) return true;
    return Array.from<number | string>(output.data).every((value, at) => {
      const mine = own[index]?.data[at] as number | string;
      const others = moved.map((answer) => answer[index]?.data[at] as number | string);
      if (value === mine || others.includes(value) || (Number.isNaN(value) && others.some(Number.isNaN))) return true;
      if (typeof value === "string" || typeof mine === "string") return false;
      const spread = Math.max(...others.map((other) => Math.abs(Number(other) - mine)));
      return Math.abs(value - mine) <= Math.max(1e-6 * model.scale, 1e-5 * Math.abs(value)) + 2 * spread;
    });
  });
}

/** Whether any value on the way to the answer is NaN, infinite, or near an end of float32. */
function hasOddValue(graph: Graph, inputs: readonly Tensor[], row: number): boolean {
  const isOdd = (value: number | string): boolean =>
    typeof value === "number" && !(value === 0 || (Math.abs(value) < 1e30 && Math.abs(value) > 1e-30));
  const values = evaluated(graph, inputs, row, (value) => value);
  return [...values].some(([name, { data }]) => !graph.constants.has(name) && Array.from<number | string>(data).some(isOdd));
}

/** Every value of a graph for one row, each changed before it is read. */
function evaluated(graph: Graph, inputs: readonly Tensor[], row: number, change: (value: Tensor) => Tensor): Map<string, Tensor> {
  const values = new Map<string, Tensor>();
  for (const [name, constant] of graph.constants) if (!isOpaque(constant)) values.set(name, constant);
  graph.inputs.forEach(({ name }, position) => values.set(name, change(oneRow(inputs[position] as Tensor, row))));
  for (const node of graph.nodes) {
    const read = node.inputs.map((name) => values.get(name));
    const outputs = evaluateNode(node, read, graph.opsets[node.domain] ?? 1);
    outputs.forEach((output, position) => values.set(node.outputs[position] ?? "", change(output)));
  }
  return values;
}

function oneRow(value: Tensor, row: number): Tensor {
  const width = value.data.length / (value.shape[0] ?? 1);
  return { ...value, shape: [1, ...value.shape.slice(1)], data: value.data.slice(row * width, (row + 1) * width) } as Tensor;
}

/** Every float by up to a share of its row's largest. */
function moveBy(value: Tensor, share: number, dice: Dice): Tensor {
  if (value.dtype !== "float32" && value.dtype !== "float64") return value;
  const sizes = Array.from(value.data, Math.abs).filter(Number.isFinite);
  const largest = Math.max(0.01, ...sizes);
  return { ...value, data: value.data.map((x) => x + (dice.next() * 2 - 1) * share * largest) } as Tensor;
}
