import { readdirSync, readFileSync } from "node:fs";
import { SetosaError } from "../../src/errors.ts";
import { readModel } from "../../src/formats/registry.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { printGraph } from "../../src/graph/print.ts";
import { interpret } from "../../src/interpreter/interpret.ts";
import { elementCount } from "../../src/tensor/shape.ts";
import { type Tensor, tensor } from "../../src/tensor/tensor.ts";
import { operatorCases } from "../fixtures/operators/cases.ts";
import { seededRandom } from "../onnx/random.ts";
import { mutate } from "./model-mutations.ts";

export interface ModelFuzzCounts {
  executions: number;
  /** Files that were read as a graph. */
  read: number;
  /** Graphs that also gave an answer. */
  answered: number;
  /** Refusals by code. */
  readonly refused: Map<string, number>;
  /** The longest that one file took, in milliseconds. */
  slowest: number;
}

/** Inputs larger than this are not made up for a changed graph. */
const maxInputElements = 100_000;

/** Small real files: every example model, files of other exporters, and every operator's vectors. */
export function goodModels(): Uint8Array[] {
  const files = ["../../models/", "../fixtures/onnx-files/"].flatMap((folder) => {
    const url = new URL(folder, import.meta.url);
    const names = readdirSync(url).filter((name) => name.endsWith(".onnx"));
    return names.sort().map((name) => new Uint8Array(readFileSync(new URL(name, url))));
  });
  const operators = (["matrix", "preprocessing", "linear", "tree"] as const).flatMap((family) =>
    operatorCases(family).map(({ model }) => model),
  );
  return [...files, ...operators];
}

/**
 * Reads changed model files until `goOn` says no. Each has to become a graph or a SetosaError of a model; a
 * graph has to print, to give bytes for onnxruntime, and to be evaluated or refused.
 * @throws whatever else a file caused, with the execution that repeats it
 */
export function fuzzModels(
  models: readonly Uint8Array[],
  seed: number,
  goOn: (executions: number) => boolean,
  clock: () => number,
): ModelFuzzCounts {
  const random = seededRandom(seed);
  const counts: ModelFuzzCounts = { executions: 0, read: 0, answered: 0, refused: new Map(), slowest: 0 };
  while (goOn(counts.executions)) {
    const model = models[counts.executions % models.length] ?? new Uint8Array();
    const changed = mutate(model, models, random);
    const started = clock();
    try {
      attempt(changed, counts);
    } catch (cause) {
      throw new Error(`execution ${counts.executions} of seed ${seed}: ${String(cause)}`, { cause });
    }
    counts.slowest = Math.max(counts.slowest, clock() - started);
    counts.executions++;
  }
  return counts;
}

function attempt(file: Uint8Array, counts: ModelFuzzCounts): void {
  const found = guarded(() => readModel(file), counts);
  if (found === undefined) return;
  counts.read++;
  if (printGraph(found.graph).length === 0 || found.onnx?.().length === 0) throw new Error("a graph prints or writes as nothing");
  const inputs = zeros(found.graph);
  if (inputs === undefined) return;
  const outputs = guarded(() => interpret(found.graph, inputs), counts);
  if (outputs === undefined) return;
  if (outputs.length !== found.graph.outputs.length) throw new Error("an output is absent");
  for (const { shape, data } of outputs) if (elementCount(shape) !== data.length) throw new Error("an output's shape is wrong");
  counts.answered++;
}

function guarded<T>(action: () => T, { refused }: ModelFuzzCounts): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof SetosaError)) throw error;
    if (error.message.length > 200_000) throw new Error("a message is as long as a file");
    refused.set(error.code, (refused.get(error.code) ?? 0) + 1);
    return undefined;
  }
}

/** A row of zeros for each input. */
function zeros(graph: Graph): Tensor[] | undefined {
  const shapes = graph.inputs.map(({ shape }) => shape.map((size) => (typeof size === "number" ? size : 1)));
  if (shapes.some((shape) => elementCount(shape) > maxInputElements)) return undefined;
  return graph.inputs.map(({ dtype }, position) => tensor(dtype, shapes[position] ?? []) as Tensor);
}
