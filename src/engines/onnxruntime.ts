import { SetosaError } from "../errors.ts";
import type { Graph } from "../graph/graph.ts";
import { formatShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Engine } from "./engine.ts";
import { OnnxruntimeThread } from "./onnxruntime-thread.ts";

/**
 * The engine that runs a model on onnxruntime, in a thread of its own: its `run` blocks, and ending the
 * thread is what returns the memory of a session.
 * @param model ONNX bytes without ZipMap
 * @param reason Why the model runs here, for people
 * @throws SetosaError ENGINE_UNAVAILABLE when onnxruntime-node is not installed, OPERATOR_UNSUPPORTED when it refuses the model
 */
export async function onnxruntimeEngine(graph: Graph, model: Uint8Array, reason: string): Promise<Engine> {
  const start = { model, outputs: graph.outputs.map(({ name }) => name) };
  let thread = OnnxruntimeThread.start(start, reason);
  await thread;
  let closed = false;

  /** A thread that died is replaced by the next run; runs that come meanwhile wait for the same new one. */
  const alive = async (): Promise<OnnxruntimeThread> => {
    if (closed) throw new SetosaError("ENGINE_FAILED", "The model is closed.");
    const current = thread;
    const usable = await current.then(
      ({ alive }) => alive,
      () => false,
    );
    if (!usable && thread === current) thread = OnnxruntimeThread.start(start, reason);
    return thread;
  };

  return {
    kind: "onnxruntime",
    reason,
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
      return (await alive()).run(Object.fromEntries(named));
    },
    close: async () => {
      closed = true;
      // Also one that is only starting; one that could not start has ended itself.
      await thread.then(
        (started) => started.end(),
        () => {},
      );
    },
  };
}
