import { SetosaError } from "../errors.ts";
import type { Graph } from "../graph/graph.ts";
import { instantiateRows, type RowArtifact, rowArtifact } from "./compiled.ts";
import type { Engine, EngineKind } from "./engine.ts";
import { kernelEngine } from "./kernel-engine.ts";

/** What runs a model, by choice of the user: `auto` is compiled where the compiler covers it, else onnxruntime. */
export type EngineChoice = "auto" | EngineKind;

export interface EngineSource {
  readonly graph: Graph;
  /** The model as ONNX bytes; absent where it came in a trainer's own format. */
  readonly onnx?: () => Uint8Array;
  /** For a model that runs on onnxruntime: how many threads it has; 1 by default. */
  readonly threads?: number;
}

/** What is going to run a model, before anything of it runs. */
export type EnginePlan =
  | { readonly kind: "compiled"; readonly reason: string; readonly artifact: RowArtifact }
  | {
      readonly kind: "onnxruntime";
      readonly reason: string;
      readonly onnx: () => Uint8Array;
      /** Where onnxruntime is not installed. */
      readonly otherwise?: CompiledPlan;
    }
  | { readonly kind: "interpreted"; readonly reason: string };

type CompiledPlan = Extract<EnginePlan, { kind: "compiled" }>;

/**
 * Makes the engine for a model.
 * @throws SetosaError OPERATOR_UNSUPPORTED when the chosen engine does not cover the graph;
 *   ENGINE_UNAVAILABLE when onnxruntime is needed and not installed; ARGUMENT_INVALID for another choice
 */
export async function chooseEngine(source: EngineSource, choice: EngineChoice = "auto"): Promise<Engine> {
  return startEngine(source.graph, await planEngine(source, choice), source.threads);
}

/**
 * Decides what runs a model, and compiles it where that is a kernel.
 * @throws SetosaError OPERATOR_UNSUPPORTED when the chosen engine does not cover the graph; ARGUMENT_INVALID for another choice
 */
export async function planEngine(source: EngineSource, choice: EngineChoice = "auto"): Promise<EnginePlan> {
  switch (choice) {
    case "compiled":
      return { kind: "compiled", reason: "asked for", artifact: await rowArtifact(source.graph) };
    case "onnxruntime":
      return onnxruntimePlan(source, "asked for");
    case "interpreted":
      return { kind: "interpreted", reason: "asked for" };
    case "auto":
      return automatic(source);
    default:
      // From JavaScript, where no type checker objects.
      throw new SetosaError("ARGUMENT_INVALID", `There is no engine ${JSON.stringify(choice)}.`, {
        path: "engine",
        hint: 'Choose "auto", "compiled", "onnxruntime" or "interpreted".',
      });
  }
}

/**
 * @param threads For a model that runs on onnxruntime
 * @throws SetosaError ENGINE_UNAVAILABLE, OPERATOR_UNSUPPORTED where onnxruntime refuses the model, ENGINE_FAILED
 */
export async function startEngine(graph: Graph, plan: EnginePlan, threads = 1): Promise<Engine> {
  switch (plan.kind) {
    case "compiled":
      return kernelEngine(await instantiateRows(plan.artifact), plan.reason);
    case "interpreted": {
      const { interpretedEngine } = await import("./interpreted.ts");
      return interpretedEngine(graph, plan.reason);
    }
    case "onnxruntime": {
      // Only here: the module needs worker threads, which browsers and edge runtimes do not have.
      const { onnxruntimeEngine } = await import("./onnxruntime.ts");
      try {
        return await onnxruntimeEngine(graph, plan.onnx(), plan.reason, { threads });
      } catch (error) {
        if (plan.otherwise === undefined || !(error instanceof SetosaError) || error.code !== "ENGINE_UNAVAILABLE") throw error;
        return startEngine(graph, plan.otherwise);
      }
    }
  }
}

/**
 * Multiplications per row from which onnxruntime's own thread is chosen: a kernel that takes longer than about half
 * a millisecond holds up every other request meanwhile. Measured on dense networks, one row at a time: 2.1 million
 * take 0.51 ms compiled and 0.56 ms through the thread.
 */
const mostProducts = 2 ** 21;

async function automatic(source: EngineSource): Promise<EnginePlan> {
  try {
    const artifact = await rowArtifact(source.graph);
    const { products } = artifact.kernel;
    if (products > mostProducts && source.onnx !== undefined) return largeNetwork(source, artifact);
    return { kind: "compiled", reason: "every operator has a kernel", artifact };
  } catch (error) {
    if (!(error instanceof SetosaError) || error.code !== "OPERATOR_UNSUPPORTED") throw error;
    if (source.onnx === undefined) throw error;
    return onnxruntimePlan(source, error.message);
  }
}

/** On onnxruntime where it is installed, else compiled after all. */
function largeNetwork(source: EngineSource, artifact: RowArtifact): EnginePlan {
  const size = `a row takes ${(artifact.kernel.products / 1e6).toFixed(1)} million multiplications`;
  return {
    ...onnxruntimePlan(source, `every operator has a kernel, but ${size}, for which onnxruntime has a thread of its own`),
    otherwise: {
      kind: "compiled",
      reason: `every operator has a kernel; ${size}: with onnxruntime-node installed it would run there`,
      artifact,
    },
  };
}

function onnxruntimePlan({ onnx }: EngineSource, reason: string): Extract<EnginePlan, { kind: "onnxruntime" }> {
  if (onnx === undefined)
    throw new SetosaError("OPERATOR_UNSUPPORTED", "onnxruntime runs ONNX models only, and the model is in its trainer's own format.", {
      path: "engine",
      hint: "Leave the engine to Setosa, or export the model to ONNX.",
    });
  return { kind: "onnxruntime", reason, onnx: () => onnxBytes(onnx, reason) };
}

/** A model that must not run there is refused with both reasons: the compiler's comes first in `auto`. */
function onnxBytes(onnx: () => Uint8Array, reason: string): Uint8Array {
  try {
    return onnx();
  } catch (error) {
    if (!(error instanceof SetosaError) || error.code !== "OPERATOR_UNSUPPORTED") throw error;
    throw new SetosaError("OPERATOR_UNSUPPORTED", `${error.message} (${reason})`, {
      ...(error.path === undefined ? {} : { path: error.path }),
      cause: error,
    });
  }
}
