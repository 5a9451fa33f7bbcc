import type { Model } from "../../models/model.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { datatypeOf } from "../open-inference-datatypes.ts";
import { tensorByteLength, writeTensorBytes } from "../tensor-bytes.ts";
import { ProtoWriter, varintLength, writeVarint } from "./proto-writer.ts";

/** What is the same in every response of a model. */
export interface ResponseParts {
  /** `model_name` and `model_version` */
  readonly model: Uint8Array;
  /** `name` and `datatype` of each of the graph's outputs. */
  readonly outputs: readonly Uint8Array[];
}

export function responseParts({ name, version, graph }: Model): ResponseParts {
  return {
    model: new ProtoWriter().text(1, name).text(2, version).finish(),
    outputs: graph.outputs.map((info) => new ProtoWriter().text(1, info.name).text(2, datatypeOf[info.dtype]).finish()),
  };
}

const idField = 3;
const outputField = 5;
const shapeField = 3;
const rawField = 6;
const tag = (field: number) => field * 8 + 2;
const encoder = new TextEncoder();

/**
 * `ModelInferResponse` with raw contents, written once into bytes of its size.
 * @param chosen Positions of the graph's outputs, in the order of the response
 */
export function writeInferResponse(parts: ResponseParts, id: string, outputs: readonly Tensor[], chosen: readonly number[]): Uint8Array {
  const idBytes = id === "" ? undefined : encoder.encode(id);
  let size = parts.model.length;
  if (idBytes !== undefined) size += 1 + varintLength(idBytes.length) + idBytes.length;
  const rawLengths: number[] = [];
  for (const position of chosen) {
    const tensor = outputs[position] as Tensor;
    const inner = outputLength(parts, position, tensor);
    const raw = tensorByteLength(tensor);
    rawLengths.push(raw);
    size += 2 + varintLength(inner) + inner + varintLength(raw) + raw;
  }
  const bytes = new Uint8Array(size);
  bytes.set(parts.model);
  let at = parts.model.length;
  if (idBytes !== undefined) {
    bytes[at++] = tag(idField);
    at = writeVarint(bytes, at, idBytes.length);
    bytes.set(idBytes, at);
    at += idBytes.length;
  }
  for (const position of chosen) {
    const tensor = outputs[position] as Tensor;
    bytes[at++] = tag(outputField);
    at = writeVarint(bytes, at, outputLength(parts, position, tensor));
    const named = parts.outputs[position] as Uint8Array;
    bytes.set(named, at);
    at += named.length;
    if (tensor.shape.length === 0) continue;
    bytes[at++] = tag(shapeField);
    at = writeVarint(bytes, at, shapeLength(tensor));
    for (const dimension of tensor.shape) at = writeVarint(bytes, at, dimension);
  }
  for (const [index, position] of chosen.entries()) {
    const length = rawLengths[index] as number;
    bytes[at++] = tag(rawField);
    at = writeVarint(bytes, at, length);
    writeTensorBytes(outputs[position] as Tensor, bytes, at);
    at += length;
  }
  return bytes;
}

function outputLength(parts: ResponseParts, position: number, tensor: Tensor): number {
  const named = (parts.outputs[position] as Uint8Array).length;
  if (tensor.shape.length === 0) return named;
  const shape = shapeLength(tensor);
  return named + 1 + varintLength(shape) + shape;
}

function shapeLength({ shape }: Tensor): number {
  let length = 0;
  for (const dimension of shape) length += varintLength(dimension);
  return length;
}
