import { SetosaError } from "../../errors.ts";
import { buildGraph } from "../../graph/build.ts";
import type { ValueInfo } from "../../graph/graph.ts";
import type { ModelFile } from "../model-file.ts";
import { inferSignature } from "./infer-signature.ts";
import { readOnnxModel } from "./model.ts";
import { parseParity, parseSignature } from "./signature.ts";
import type { DeclaredValue } from "./value-info.ts";
import { WireType } from "./wire.ts";
import { removeZipMap, withoutZipMap } from "./zipmap.ts";

/** The first tag of a ModelProto, whose fields have no magic number: a small field with the right wire type. */
export function isOnnx(bytes: Uint8Array): boolean {
  const [tag] = bytes;
  if (tag === undefined) return false;
  const field = tag >> 3;
  const wire = tag & 7;
  // ir_version is first in practice; texts and messages (producer, graph, opset) may come before it.
  return (field === 1 && wire === WireType.Varint) || ([2, 3, 4, 6, 7, 8].includes(field) && wire === WireType.LengthDelimited);
}

/** Reads an ONNX file with its Setosa metadata, if it has any. */
export function readOnnx(bytes: Uint8Array): ModelFile {
  const model = readOnnxModel(bytes);
  const { graph: onnxGraph, zipMap } = removeZipMap(model.graph);
  const graph = buildGraph({
    ...onnxGraph,
    opsets: model.opsets,
    inputs: onnxGraph.inputs.map((input) => valueInfo(input, "input")),
    outputs: onnxGraph.outputs.map((output) => valueInfo(output, "output")),
  });
  const signatureText = model.metadata.get("setosa.signature");
  const parityText = model.metadata.get("setosa.parity");
  const signature = signatureText === undefined ? inferSignature(graph, zipMap?.classes) : parseSignature(signatureText, graph);
  return {
    format: "onnx",
    graph,
    signature,
    ...(parityText === undefined || signatureText === undefined ? {} : { parity: parseParity(parityText, signature) }),
    producer: model.producer,
    bytes: bytes.length,
    onnx: () => (zipMap === undefined ? bytes : withoutZipMap(bytes, zipMap)),
  };
}

function valueInfo({ name, dtype, type, shape }: DeclaredValue, role: "input" | "output"): ValueInfo {
  if (dtype !== undefined) return { name, dtype, shape };
  throw new SetosaError(
    "OPERATOR_UNSUPPORTED",
    `The graph's ${role} "${name}" is ${type}; Setosa serves tensors of numbers, booleans and strings.`,
    { path: name },
  );
}
