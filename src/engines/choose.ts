import { SetosaError } from "../errors.ts";
import type { Graph } from "../graph/graph.ts";
import { compiledEngine } from "./compiled.ts";
import type { Engine, EngineKind } from "./engine.ts";

/** What runs a model, by choice of the user: `auto` is compiled where the compiler covers it, else onnxruntime. */
export type EngineChoice = "auto" | EngineKind;

export interface EngineSource {
  readonly graph: Graph;
  /** The model as ONNX bytes; absent where it came in a trainer's own format. */
  readonly onnx?: () => Uint8Array;
  /** For a model that runs on onnxruntime: how many threads it has; 1 by default. */
  readonly threads?: number;
}

/**
 * Makes the engine for a model.
 * @throws SetosaError OPERATOR_UNSUPPORTED when the chosen engine does not cover the graph;
 *   ENGINE_UNAVAILABLE when onnxruntime is needed and not installed; ARGUMENT_INVALID for another choice
 */
export async function chooseEngine(source: EngineSource, choice: EngineChoice = "auto"): Promise<Engine> {
  switch (choice) {
    case "compiled":
      return compiledEngine(source.graph, "asked for");
    case "onnxruntime":
      return onnxruntime(source, "asked for");
    case "interpreted": {
      const { interpretedEngine } = await import("./interpreted.ts");
      return interpretedEngine(source.graph, "asked for");
    }
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
 * Multiplications per row from which onnxruntime's own thread is chosen: a kernel that takes longer than about half
 * a millisecond holds up every other request meanwhile. Measured on dense networks, one row at a time: 2.1 million
 * take 0.51 ms compiled and 0.56 ms through the thread.
 */
const mostProducts = 2 ** 21;

async function automatic(source: EngineSource): Promise<Engine> {
  try {
    const engine = await compiledEngine(source.graph, "every operator has a kernel");
    const products = engine.kernel?.products ?? 0;
    return products > mostProducts ? await largeNetwork(source, products, engine) : engine;
  } catch (error) {
    if (!(error instanceof SetosaError) || error.code !== "OPERATOR_UNSUPPORTED") throw error;
    if (source.onnx === undefined) throw error;
    return onnxruntime(source, error.message);
  }
}

/** On onnxruntime where it is installed, else compiled after all. */
async function largeNetwork(source: EngineSource, products: number, compiled: Engine): Promise<Engine> {
  const size = `a row takes ${(products / 1e6).toFixed(1)} million multiplications`;
  if (source.onnx === undefined) return compiled;
  try {
    return await onnxruntime(source, `every operator has a kernel, but ${size}, for which onnxruntime has a thread of its own`);
  } catch (error) {
    if (!(error instanceof SetosaError) || error.code !== "ENGINE_UNAVAILABLE") throw error;
    return { ...compiled, reason: `every operator has a kernel; ${size}: with onnxruntime-node installed it would run there` };
  }
}

async function onnxruntime(source: EngineSource, reason: string): Promise<Engine> {
  if (source.onnx === undefined)
    throw new SetosaError("OPERATOR_UNSUPPORTED", "onnxruntime runs ONNX models only, and the model is in its trainer's own format.", {
      path: "engine",
      hint: "Leave the engine to Setosa, or export the model to ONNX.",
    });
  // Only here: the module needs worker threads, which browsers and edge runtimes do not have.
  const { onnxruntimeEngine } = await import("./onnxruntime.ts");
  return onnxruntimeEngine(
    source.graph,
    onnxBytes(source.onnx, reason),
    reason,
    source.threads === undefined ? {} : { threads: source.threads },
  );
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
