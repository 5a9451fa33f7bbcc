import { SetosaError } from "../../errors.ts";
import type { NamedTensor } from "../../models/tensors/arrange-tensors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { datatypeNames, isDatatype } from "../open-inference-datatypes.ts";
import { type RawTensor, readTensorBytes } from "../tensor-bytes.ts";
import { readJsonTensor } from "./json-tensor.ts";
import type { InferRequest, RequestedOutput } from "./messages.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/** Bytes behind the JSON, taken in order. */
interface Rest {
  readonly bytes: Uint8Array;
  at: number;
}

/**
 * An inference request ("Inference Request JSON Object" of the REST specification, and the binary tensor data extension).
 * @param behind The bytes that follow the JSON
 * @throws SetosaError BODY_SHAPE_INVALID, TENSOR_INVALID
 */
export function decodeRequest(value: unknown, behind: Uint8Array): InferRequest {
  if (!isObject(value)) throw misshapen("The body is no JSON object.", "");
  const { id, inputs, outputs } = value;
  if (id !== undefined && typeof id !== "string") throw misshapen("The id is no text.", "id");
  if (!Array.isArray(inputs) || inputs.length === 0) throw misshapen("The request has no list of inputs.", "inputs");
  if (outputs !== undefined && !Array.isArray(outputs)) throw misshapen("The outputs are no list.", "outputs");
  const parameters = parametersOf(value, "");
  const rest: Rest = { bytes: behind, at: 0 };
  const tensors = inputs.map((input: unknown, index) => readInput(input, `inputs[${index}]`, rest));
  const left = behind.length - rest.at;
  if (left > 0) throw misshapen(`${left} bytes behind the JSON belong to no input.`, "inputs");
  return {
    id,
    inputs: tensors,
    // tritonclient leaves an empty list out, others send it: neither asks for nothing.
    outputs: outputs === undefined || outputs.length === 0 ? undefined : outputs.map(readOutput),
    binary: readFlag(parameters, "binary_data_output", "parameters") ?? false,
  };
}

function readInput(input: unknown, path: string, rest: Rest): NamedTensor {
  if (!isObject(input)) throw misshapen("An input is no object.", path);
  const { name, datatype, shape, data } = input;
  if (typeof name !== "string") throw misshapen("An input has no name.", `${path}.name`);
  if (!isDatatype(datatype))
    throw new SetosaError("TENSOR_INVALID", `${shown(datatype)} is no datatype.`, {
      path: `${path}.datatype`,
      hint: `The datatypes are ${datatypeNames.join(", ")}.`,
    });
  if (!Array.isArray(shape) || !shape.every((size): size is number => typeof size === "number"))
    throw misshapen("An input's shape is no list of numbers.", `${path}.shape`);
  const parameters = parametersOf(input, path);
  refuseSharedMemory(parameters, path);
  const raw: RawTensor = { name, datatype, shape, path };
  const size = parameters?.binary_data_size;
  if (size === undefined) return { name, tensor: readJsonTensor(data, raw), path };
  if (data !== undefined) throw misshapen("An input has data, and bytes behind the JSON.", path);
  return { name, tensor: readBinary(raw, size, rest), path };
}

function readBinary(raw: RawTensor, size: unknown, rest: Rest): Tensor {
  const path = `${raw.path}.parameters.binary_data_size`;
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) throw misshapen("binary_data_size is no number of bytes.", path);
  const left = rest.bytes.length - rest.at;
  if (size > left)
    throw new SetosaError("BODY_SHAPE_INVALID", `The input is ${size} bytes, and ${left} are left behind the JSON.`, {
      path,
      hint: "Send the inputs' bytes behind the JSON, and the JSON's length in Inference-Header-Content-Length.",
    });
  const bytes = rest.bytes.subarray(rest.at, rest.at + size);
  rest.at += size;
  return readTensorBytes(bytes, raw);
}

function readOutput(output: unknown, index: number): RequestedOutput {
  const path = `outputs[${index}]`;
  if (!isObject(output)) throw misshapen("An output is no object.", path);
  const { name } = output;
  if (typeof name !== "string") throw misshapen("An output has no name.", `${path}.name`);
  const parameters = parametersOf(output, path);
  refuseSharedMemory(parameters, path);
  const classes = parameters?.classification ?? 0;
  if (typeof classes !== "number" || !Number.isSafeInteger(classes) || classes < 0)
    throw misshapen("classification is no number of classes.", `${path}.parameters.classification`);
  return { name, binary: readFlag(parameters, "binary_data", `${path}.parameters`), classes, path };
}

/** What is not named here means nothing to us, such as the content types of MLServer's codecs, which say how to read data that is read. */
function parametersOf({ parameters }: JsonObject, path: string): JsonObject | undefined {
  if (parameters === undefined || parameters === null) return undefined;
  if (!isObject(parameters)) throw misshapen("The parameters are no object.", path === "" ? "parameters" : `${path}.parameters`);
  return parameters;
}

function readFlag(parameters: JsonObject | undefined, name: string, path: string): boolean | undefined {
  const flag = parameters?.[name];
  if (flag === undefined || typeof flag === "boolean") return flag;
  throw misshapen(`${name} is neither true nor false.`, `${path}.${name}`);
}

function refuseSharedMemory(parameters: JsonObject | undefined, path: string): void {
  if (parameters?.shared_memory_region === undefined) return;
  throw new SetosaError("BODY_SHAPE_INVALID", "The server shares no memory with its clients.", {
    path: `${path}.parameters.shared_memory_region`,
    hint: "Send tensors behind the JSON, with binary_data_size.",
  });
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : value === undefined ? "Nothing" : "That";
}

function misshapen(message: string, path: string): SetosaError {
  return new SetosaError("BODY_SHAPE_INVALID", message, {
    path,
    hint: 'Send {"inputs": [{"name": …, "datatype": "FP32", "shape": [rows, columns], "data": […]}]}.',
  });
}
