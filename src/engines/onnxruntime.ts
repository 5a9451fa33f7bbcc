import { SetosaError } from "../errors.ts";
import type { Graph } from "../graph/graph.ts";
import { formatShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Engine } from "./engine.ts";
import { OnnxruntimePool } from "./onnxruntime-pool.ts";

export interface OnnxruntimeOptions {
  /** Threads, each with a session and its own copy of the weights: so many runs go on at once. 1 by default. */
  readonly threads?: number;
}

/**
 * The engine that runs a model on onnxruntime, in threads of its own: its `run` blocks, and ending the
 * thread is what returns the memory of a session.
 * @param model ONNX bytes without ZipMap
 * @param reason Why the model runs here, for people
 * @throws SetosaError ENGINE_UNAVAILABLE when onnxruntime-node is not installed, OPERATOR_UNSUPPORTED when it refuses the model
 */
export async function onnxruntimeEngine(
  graph: Graph,
  model: Uint8Array,
  reason: string,
  { threads = 1 }: OnnxruntimeOptions = {},
): Promise<Engine> {
  const pool = await OnnxruntimePool.start({ model, outputs: graph.outputs.map(({ name }) => name) }, reason, threads);
  return {
    kind: "onnxruntime",
    reason,
    parallel: threads,
    run: async (inputs) => {
      const named = graph.inputs.map(({ name }, index): readonly [string, Tensor] => {
        const tensor = inputs[index];
        if (tensor === undefined) throw new SetosaError("TENSOR_INVALID", `The input "${name}" is absent.`, { path: name });
        // Several of onnxruntime's operators end the whole process there, among them LSTM and TopK.
        if (tensor.data.length === 0)
          throw new SetosaError("TENSOR_INVALID", `The input "${name}" has no elements: its shape is ${formatShape(tensor.shape)}.`, {
            path: name,
            hint: "Send at least one element in every dimension.",
          });
        return [name, tensor];
      });
      return pool.run(Object.fromEntries(named));
    },
    close: () => pool.close(),
  };
}
