import { Moments, type Turns } from "../../models/turns.ts";
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

/** Elements that are written between two looks at the clock. */
const elementsBetween = 512;

/** "Inference Response JSON Object", and behind it the bytes of the outputs that are asked for as bytes. */
export function encodeResponse(answering: Answering, outputs: readonly InferOutput[]): Answer {
  return response(
    answering,
    outputs,
    outputs.map(({ tensor, binary }) => (binary ? "" : elementsText(tensor, 0, tensor.data.length))),
  );
}

/** The same, for many rows in a thread that has others to serve as well. */
export async function encodeResponseInTurns(answering: Answering, outputs: readonly InferOutput[], turns: Turns): Promise<Answer> {
  const moments = new Moments(turns);
  const texts: string[] = [];
  for (const { tensor, binary } of outputs) {
    const parts: string[] = [];
    for (let from = 0; !binary && from < tensor.data.length; from += elementsBetween) {
      parts.push(elementsText(tensor, from, Math.min(tensor.data.length, from + elementsBetween)));
      const pause = moments.pause();
      if (pause !== undefined) await pause;
    }
    texts.push(parts.join(","));
  }
  return response(answering, outputs, texts);
}

/** @param texts The elements of those outputs that are not sent as bytes */
function response({ name, version, id }: Answering, outputs: readonly InferOutput[], texts: readonly string[]): Answer {
  const start = id === undefined ? "{" : `{"id":${JSON.stringify(id)},`;
  const parts = outputs.map((output, index) => outputText(output, texts[index] ?? ""));
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

function outputText({ name, tensor, binary }: InferOutput, elements: string): string {
  const start = `{"name":${JSON.stringify(name)},"datatype":"${datatypeOf[tensor.dtype]}","shape":[${tensor.shape.join(",")}],`;
  if (binary) return `${start}"parameters":{"binary_data_size":${tensorByteLength(tensor)}}}`;
  return `${start}"data":[${elements}]}`;
}

/**
 * Elements `from` to `to` (without it), row-major, in one list. JSON has neither NaN nor infinities: they are null, as MLServer writes them.
 * Bytes hold them as they are.
 */
function elementsText({ dtype, data }: Tensor, from: number, to: number): string {
  const all = from === 0 && to === data.length;
  switch (dtype) {
    case "string":
      return (all ? data : data.slice(from, to)).map((text) => JSON.stringify(text)).join(",");
    case "bool":
      return Array.from(all ? data : data.subarray(from, to), (value) => (value === 0 ? "false" : "true")).join(",");
    case "float32":
      return Array.from(all ? data : data.subarray(from, to), float32Text).join(",");
    case "float64":
      return Array.from(all ? data : data.subarray(from, to), (value) => (Number.isFinite(value) ? String(value) : "null")).join(",");
    default:
      return (all ? data : data.subarray(from, to)).join(",");
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
