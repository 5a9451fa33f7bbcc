import { SetosaError } from "../../errors.ts";
import type { Model } from "../../models/model.ts";
import { datatypeOf, datatypes } from "../open-inference-datatypes.ts";
import { readTensorBytes } from "../tensor-bytes.ts";
import type { InferRequest } from "./messages.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The one input of a model, as a body without JSON ("Raw Binary Request" of the binary tensor data extension): its open dimension is as
 * long as the bytes say. All outputs are sent as bytes.
 * @throws SetosaError TENSOR_INVALID
 */
export function decodeRaw(body: Uint8Array, { graph, signature }: Model): InferRequest {
  const [input] = graph.inputs;
  if (input === undefined || graph.inputs.length > 1)
    throw invalid(`A raw body holds one input, and the model takes ${graph.inputs.length}.`, "Send the inputs with JSON before them.");
  const { name, dtype } = input;
  const path = "inputs[0]";
  const request = (tensor: InferRequest["inputs"][number]["tensor"]): InferRequest => ({
    id: undefined,
    inputs: [{ name, tensor, path }],
    outputs: undefined,
    binary: true,
  });
  const datatype = datatypeOf[dtype];
  const { size } = datatypes[datatype];
  // What rows are is known, whatever the file declares.
  const declared = signature.task.kind === "tensors" ? input.shape : [null, signature.features.length];
  const open = declared.filter((dimension) => typeof dimension !== "number").length;
  const known = declared.reduce<number>((product, dimension) => product * (typeof dimension === "number" ? dimension : 1), 1);
  if (size === undefined) {
    // One element, without its length.
    if (known !== 1) throw invalid("A raw body holds one text, and the model takes more.", "Send them with JSON before them.");
    return request({ dtype: "string", shape: declared.map(() => 1), data: [text(body)] });
  }
  const length = body.length / (size * known);
  if (open > 1 || !Number.isInteger(length))
    throw invalid(
      open > 1
        ? `The shape of "${name}" cannot be told from its bytes.`
        : `${body.length} bytes are no whole number of rows of ${size * known} bytes.`,
      "Send the input with JSON before it.",
    );
  const shape = declared.map((dimension) => (typeof dimension === "number" ? dimension : length));
  return request(readTensorBytes(body, { name, datatype, shape, path }));
}

function text(body: Uint8Array): string {
  try {
    return decoder.decode(body);
  } catch {
    throw invalid("The body is not UTF-8.", "Send text as UTF-8.");
  }
}

function invalid(message: string, hint: string): SetosaError {
  return new SetosaError("TENSOR_INVALID", message, { hint });
}
