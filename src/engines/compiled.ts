import type { KernelArtifact } from "../compiler/artifact.ts";
import { type CompileOptions, compileArtifact } from "../compiler/compile.ts";
import { type InstantiateOptions, instantiateKernel } from "../compiler/instantiate.ts";
import { unsupported } from "../compiler/lowering.ts";
import type { EvaluateNode } from "../compiler/passes/pass.ts";
import { needsEvaluator } from "../compiler/passes/registry.ts";
import { movableSegments } from "../compiler/segments.ts";
import { SetosaError } from "../errors.ts";
import type { Graph } from "../graph/graph.ts";
import { plainNode } from "../graph/plain.ts";
import { formatShape } from "../tensor/shape.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";
import type { Engine, RowKernel } from "./engine.ts";
import { divideTexts, type TextPart } from "./text-part.ts";
import { writeRows } from "./write-rows.ts";

/**
 * The engine that runs the model as a WebAssembly kernel, in the calling thread.
 * @throws SetosaError OPERATOR_UNSUPPORTED when the compiler does not cover the graph
 */
export async function compiledEngine(graph: Graph, reason: string): Promise<Engine> {
  return kernelEngine(await rowKernel(graph), reason);
}

/** A kernel of the graph, or of what is left of it behind the part that reads texts. */
export async function rowKernel(graph: Graph, options: CompileOptions = {}): Promise<RowKernel> {
  return instantiateRows(await rowArtifact(graph, options));
}

/** A compiled model as plain data. */
export interface RowArtifact {
  readonly kernel: KernelArtifact;
  /** What the interpreter evaluates before the kernel. */
  readonly texts?: TextPart;
}

/** @throws SetosaError OPERATOR_UNSUPPORTED when the compiler does not cover the graph */
export async function rowArtifact(graph: Graph, options: CompileOptions = {}): Promise<RowArtifact> {
  const division = divideTexts(graph);
  if (division === undefined) return { kernel: await compileLazily(graph, options) };
  const { separateTexts } = await import("./text-kernel.ts");
  const { texts, rest } = separateTexts(graph, division);
  return { kernel: await compileLazily(rest, options), texts };
}

/** The same, of plain objects with constants in few buffers of their own: what can be sent to another thread, the buffers moved. */
export function movableArtifact({ kernel, texts }: RowArtifact): RowArtifact {
  return {
    kernel: { ...kernel, constants: movableSegments(kernel.constants) },
    ...(texts === undefined ? {} : { texts: { ...texts, nodes: texts.nodes.map(plainNode) } }),
  };
}

/** @throws SetosaError ENGINE_FAILED where there is no memory left */
export async function instantiateRows({ kernel, texts }: RowArtifact, options: InstantiateOptions = {}): Promise<RowKernel> {
  const compiled = await instantiateKernel(kernel, options);
  return texts === undefined ? compiled : (await import("./text-kernel.ts")).textKernel(texts, compiled);
}

/** The interpreter is a hundred modules, loaded only where it is needed: most models have no texts to read and nothing to fold. */
async function compileLazily(graph: Graph, options: CompileOptions): Promise<KernelArtifact> {
  let asked = needsEvaluator(graph);
  if (!asked) {
    // What moves elements depends on the shapes of values as well, which are known while compiling.
    const ask: EvaluateNode = (node) => {
      asked = true;
      return unsupported(node, "the evaluator is not loaded");
    };
    try {
      const artifact = compileArtifact(graph, { evaluate: ask, ...options });
      if (!asked) return artifact;
    } catch (error) {
      if (!asked) throw error;
    }
  }
  const { evaluateNode } = await import("../interpreter/interpret.ts");
  return compileArtifact(graph, { evaluate: evaluateNode, ...options });
}

/** An engine around a kernel. */
export function kernelEngine(kernel: RowKernel, reason: string): Engine {
  return {
    kind: "compiled",
    reason,
    kernel,
    run: async (inputs) => runTensors(kernel, inputs),
    close: async () => {},
  };
}

function runTensors(kernel: RowKernel, inputs: readonly Tensor[]): readonly Tensor[] {
  const rows = rowCount(kernel, inputs);
  const outputs = kernel.outputs.map(({ info, shape }) => {
    const sizes = shape.map((dimension) => (dimension === "rows" ? rows : dimension));
    return tensor(info.dtype, sizes) as Tensor;
  });
  for (let from = 0; from < rows; from += kernel.capacity) {
    const count = Math.min(kernel.capacity, rows - from);
    kernel.inputs.forEach((input, position) => writeRows(input, (inputs[position] as Tensor).data, from, count));
    kernel.run(count);
    kernel.outputs.forEach(({ data, strings, width, shape }, position) => {
      const target = (outputs[position] as Tensor).data;
      const inner = shape.slice(shape.indexOf("rows") + 1).reduce<number>((product, size) => product * Number(size), 1);
      for (let index = 0; index < count * width; index++) {
        const value = data[index] as number | string;
        const at = inner === width ? from * width + index : placeBehind(inner, width, rows, from * width + index);
        target[at] = strings === undefined ? value : (strings[value as number] ?? "");
      }
    });
  }
  return outputs;
}

/** A row's elements lie together in a kernel; in a tensor with more than 1 before its rows only so many of them do. */
function placeBehind(inner: number, width: number, rows: number, index: number): number {
  const element = index % width;
  return (Math.floor(element / inner) * rows + Math.floor(index / width)) * inner + (element % inner);
}

/** Every input is `[rows, …]` with the kernel's width, and all have as many rows. */
function rowCount(kernel: RowKernel, inputs: readonly Tensor[]): number {
  let rows: number | undefined;
  kernel.inputs.forEach((input, position) => {
    const given = inputs[position];
    const { name, dtype } = input.info;
    if (given === undefined) throw new SetosaError("TENSOR_INVALID", `The input "${name}" is absent.`, { path: name });
    const count = given.shape[0] ?? 0;
    if (given.dtype !== dtype || given.data.length !== count * input.width || (rows !== undefined && rows !== count))
      throw new SetosaError(
        "TENSOR_INVALID",
        `The input "${name}" is ${given.dtype}${formatShape(given.shape)}, and the model takes ${dtype}[${rows ?? "rows"}, ${input.width}].`,
        { path: name },
      );
    rows = count;
  });
  return rows ?? 0;
}
