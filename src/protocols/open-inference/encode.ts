import { float32Text } from "../../tensor/float32-text.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type Answer, type Head, jsonHead } from "../exchange.ts";
import { datatypeOf } from "../open-inference-datatypes.ts";
import { tensorByteLength, writeTensorBytes } from "../tensor-bytes.ts";
import type { InferOutput } from "./messages.ts";

export interface Answering {
  readonly name: string;
  readonly version: string;
  readonly id: string | undefined;
}

const encoder = new TextEncoder();

/** "Inference Response JSON Object", and behind it the bytes of the outputs that are asked for as bytes. */
export function encodeResponse({ name, version, id }: Answering, outputs: readonly InferOutput[]): Answer {
  const start = id === undefined ? "{" : `{"id":${JSON.stringify(id)},`;
  const parts = outputs.map(outputText);
  const text = `${start}"model_name":${JSON.stringify(name)},"model_version":${JSON.stringify(version)},"outputs":[${parts.join(",")}]}`;
  const binary = outputs.filter((output) => output.binary);
  if (binary.length === 0) return { head: jsonHead, body: text };
  const json = encoder.encode(text);
  let length = json.length;
  for (const { tensor } of binary) length += tensorByteLength(tensor);
  const body = new Uint8Array(length);
  body.set(json);
  let at = json.length;
  for (const { tensor } of binary) {
    writeTensorBytes(tensor, body, at);
    at += tensorByteLength(tensor);
  }
  return { head: binaryHead(json.length), body };
}

function outputText({ name, tensor, binary }: InferOutput): string {
  const start = `{"name":${JSON.stringify(name)},"datatype":"${datatypeOf[tensor.dtype]}","shape":[${tensor.shape.join(",")}],`;
  if (binary) return `${start}"parameters":{"binary_data_size":${tensorByteLength(tensor)}}}`;
  return `${start}"data":[${elementsText(tensor)}]}`;
}

/** Row-major, in one list. JSON has neither NaN nor infinities: they are null, as MLServer writes them. Bytes hold them as they are. */
function elementsText(tensor: Tensor): string {
  switch (tensor.dtype) {
    case "string":
      return tensor.data.map((text) => JSON.stringify(text)).join(",");
    case "bool":
      return Array.from(tensor.data, (value) => (value === 0 ? "false" : "true")).join(",");
    case "float32":
      return Array.from(tensor.data, float32Text).join(",");
    case "float64":
      return Array.from(tensor.data, (value) => (Number.isFinite(value) ? String(value) : "null")).join(",");
    default:
      return tensor.data.join(",");
  }
}

/** By the length of the JSON: answers to the same kind of request have the same, as a rule. */
const heads = new Map<number, Head>();
const mostHeads = 1024;

function binaryHead(length: number): Head {
  const known = heads.get(length);
  if (known !== undefined) return known;
  const head: Head = {
    status: 200,
    headers: { "content-type": "application/octet-stream", "inference-header-content-length": String(length) },
  };
  if (heads.size >= mostHeads) heads.clear();
  heads.set(length, head);
  return head;
}
