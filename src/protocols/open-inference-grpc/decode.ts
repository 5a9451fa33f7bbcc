import { SetosaError } from "../../errors.ts";
import type { NamedTensor } from "../../models/tensors/arrange-tensors.ts";
import { datatypeNames, isDatatype } from "../open-inference-datatypes.ts";
import { readTensorBytes } from "../tensor-bytes.ts";
import { readContents } from "./contents.ts";
import type { InferInput, InferRequest, ModelQuery } from "./messages.ts";
import { ProtoReader, wire } from "./proto-reader.ts";

/** Dimensions of a tensor: no model that people serve has more. */
const mostDimensions = 64;

/**
 * `ModelInferRequest`. Tensors are read when the model is known.
 * @throws SetosaError MESSAGE_INVALID, BODY_SHAPE_INVALID, TENSOR_INVALID
 */
export function readInferRequest(bytes: Uint8Array): InferRequest {
  const reader = new ProtoReader(bytes);
  let modelName = "";
  let modelVersion = "";
  let id = "";
  const inputs: InferInput[] = [];
  let outputs: string[] | undefined;
  const raw: Uint8Array[] = [];
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    switch (field) {
      case 1:
        modelName = reader.text();
        break;
      case 2:
        modelVersion = reader.text();
        break;
      case 3:
        id = reader.text();
        break;
      case 5:
        inputs.push(readInput(reader.message(), inputs.length));
        break;
      case 6:
        outputs ??= [];
        outputs.push(readOutput(reader.message(), outputs.length));
        break;
      case 7:
        raw.push(reader.slice());
        break;
      default:
        // Among them parameters: nothing that they could ask for is done here.
        reader.skip();
    }
  }
  return { modelName, modelVersion: modelVersion === "" ? undefined : modelVersion, id, inputs, outputs, raw };
}

function readInput(reader: ProtoReader, index: number): InferInput {
  let name = "";
  let datatype = "";
  const shape: number[] = [];
  let contents: ProtoReader | undefined;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    switch (field) {
      case 1:
        name = reader.text();
        break;
      case 2:
        datatype = reader.text();
        break;
      case 3:
        readShape(reader, shape, index);
        break;
      case 4:
        refuseSharedMemory(reader.message(), `inputs[${index}]`);
        break;
      case 5: {
        const message = reader.message();
        if (message.left > 0) contents = message;
        break;
      }
      default:
        reader.skip();
    }
  }
  if (!isDatatype(datatype))
    throw new SetosaError("TENSOR_INVALID", `${JSON.stringify(datatype.slice(0, 80))} is no datatype.`, {
      path: `inputs[${index}].datatype`,
      hint: `Send one of ${datatypeNames.join(", ")}.`,
    });
  return { name, datatype, shape, contents };
}

function readShape(reader: ProtoReader, shape: number[], index: number): void {
  if (reader.wire === wire.varint) shape.push(reader.signed());
  else for (const packed = reader.message(); packed.left > 0 && shape.length <= mostDimensions; ) shape.push(packed.signed());
  if (shape.length > mostDimensions)
    throw new SetosaError("TENSOR_INVALID", `The shape has more than ${mostDimensions} dimensions.`, {
      path: `inputs[${index}].shape`,
      hint: "Send the shape of the model's input.",
    });
}

function readOutput(reader: ProtoReader, index: number): string {
  let name = "";
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) name = reader.text();
    else if (field === 2) refuseSharedMemory(reader.message(), `outputs[${index}]`, "classification");
    else reader.skip();
  }
  return name;
}

/** An entry of the parameters: some ask for another place of the tensor, or for another tensor, and may not be passed over. */
function refuseSharedMemory(entry: ProtoReader, path: string, ...further: readonly string[]): void {
  for (let field = entry.next(); field !== 0; field = entry.next()) {
    if (field !== 1) {
      entry.skip();
      continue;
    }
    const name = entry.text();
    if (name.startsWith("shared_memory_") || further.includes(name))
      throw new SetosaError("BODY_SHAPE_INVALID", `The parameter ${name} is not supported.`, {
        path: `${path}.parameters`,
        hint:
          name === "classification"
            ? "Take the output as it is: its labels are in the model's metadata."
            : "Send the tensor in the request.",
      });
  }
}

/**
 * The request's tensors. "raw_input_contents … If this field is specified then InferInputTensor::contents must not be specified for any
 * input tensor" (the protocol's proto).
 * @throws SetosaError TENSOR_INVALID
 */
export function readTensors({ inputs, raw }: InferRequest): NamedTensor[] {
  if (raw.length > 0 && raw.length !== inputs.length)
    throw new SetosaError("TENSOR_INVALID", `There are ${inputs.length} inputs, and ${raw.length} raw contents.`, {
      path: "raw_input_contents",
      hint: "Send raw contents for every input, in their order, or for none.",
    });
  return inputs.map((input, index) => {
    const { name, datatype, shape, contents } = input;
    const path = `inputs[${index}]`;
    const bytes = raw[index];
    if (bytes === undefined) return { name, tensor: readContents(contents ?? empty(), { name, datatype, shape, path }), path };
    if (contents !== undefined)
      throw new SetosaError("TENSOR_INVALID", `contents of ${JSON.stringify(name.slice(0, 80))} are given beside raw_input_contents.`, {
        path: `${path}.contents`,
        hint: "Send all inputs raw, or none.",
      });
    return { name, tensor: readTensorBytes(bytes, { name, datatype, shape, path }), path };
  });
}

function empty(): ProtoReader {
  return new ProtoReader(new Uint8Array(0));
}

/** Requests with a name and a version: fields 1 and 2. */
export function readModelQuery(bytes: Uint8Array): ModelQuery {
  const { 1: name = "", 2: version = "" } = readTexts(bytes);
  return { name, version: version === "" ? undefined : version };
}

/** The texts of a message, by their fields; the last one counts. */
export function readTexts(bytes: Uint8Array): Readonly<Record<number, string>> {
  const reader = new ProtoReader(bytes);
  const texts: Record<number, string> = {};
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (reader.wire === wire.bytes && field < 8) texts[field] = reader.text();
    else reader.skip();
  }
  return texts;
}
