import type { KernelArtifact } from "../compiler/artifact.ts";
import { type CompileOptions, compileArtifact } from "../compiler/compile.ts";
import { type InstantiateOptions, instantiateKernel } from "../compiler/instantiate.ts";
import { unsupported } from "../compiler/lowering.ts";
import type { EvaluateNode } from "../compiler/passes/pass.ts";
import { needsEvaluator } from "../compiler/passes/registry.ts";
import { joinSegments } from "../compiler/segments.ts";
import type { Graph } from "../graph/graph.ts";
import { plainNode } from "../graph/plain.ts";
import type { Engine, RowKernel } from "./engine.ts";
import { kernelEngine } from "./kernel-engine.ts";
import { divideTexts, type TextPart } from "./text-part.ts";

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

/** The same, of plain objects with constants in few pieces: what can be sent to another process. */
export function plainArtifact({ kernel, texts }: RowArtifact): RowArtifact {
  return {
    kernel: { ...kernel, constants: joinSegments(kernel.constants) },
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
