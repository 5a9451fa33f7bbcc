import { SetosaError } from "../../errors.ts";
import { buildGraph } from "../../graph/build.ts";
import type { ValueInfo } from "../../graph/graph.ts";
import type { ModelFile } from "../model-file.ts";
import { readBodies } from "./bodies.ts";
import { replaceDictionaries } from "./dictionaries.ts";
import { replaceDistanceScans } from "./distance-scans.ts";
import { refuseEmptyTensors } from "./empty-tensors.ts";
import { widenHalves } from "./half-constants.ts";
import { inferSignature } from "./infer-signature.ts";
import { readOnnxModel } from "./model.ts";
import { replaceSequences, withoutSequences } from "./sequence-outputs.ts";
import { parseParity, parseSignature } from "./signature.ts";
import { saturateSliceBounds } from "./slice-bounds.ts";
import { parseTraining } from "./training.ts";
import type { DeclaredValue } from "./value-info.ts";
import { BinaryReader, WireType } from "./wire.ts";
import { removeZipMap, withoutZipMap } from "./zipmap.ts";

/**
 * Whether the first field is one that a ModelProto can begin with; protobuf has no magic number.
 * ir_version is first in practice, and texts and messages (producer, graph, opset) may come before it.
 */
export function isOnnx(bytes: Uint8Array): boolean {
  const reader = new BinaryReader(bytes);
  try {
    const [field, wire] = reader.tag();
    if (field === 1) return wire === WireType.Varint;
    // Text files begin with such a tag by chance, but their length does not fit.
    return [2, 3, 4, 6, 7, 8].includes(field) && wire === WireType.LengthDelimited && reader.uint32() <= reader.len - reader.pos;
  } catch {
    return false;
  }
}

export type OnnxFile = ModelFile & Required<Pick<ModelFile, "onnx">>;

/** Reads an ONNX file with its Setosa metadata, if it has any. */
export function readOnnx(bytes: Uint8Array): OnnxFile {
  const model = readOnnxModel(bytes);
  const { graph: tables, columns } = replaceDictionaries(model.graph);
  const { graph: listed, zipMap } = removeZipMap(widenHalves(readBodies(replaceDistanceScans(saturateSliceBounds(tables)), model.opsets)));
  const { graph: onnxGraph, sequences } = replaceSequences(listed);
  const graph = buildGraph({
    ...onnxGraph,
    opsets: model.opsets,
    inputs: onnxGraph.inputs.map((input) => valueInfo(input, "input")),
    outputs: onnxGraph.outputs.map((output) => valueInfo(output, "output")),
  });
  const signatureText = model.metadata.get("setosa.signature");
  const parityText = model.metadata.get("setosa.parity");
  const trainingText = model.metadata.get("setosa.training");
  const declared = signatureText === undefined ? inferSignature(graph, zipMap?.classes, columns) : parseSignature(signatureText, graph);
  const signature =
    trainingText === undefined || signatureText === undefined ? declared : { ...declared, training: parseTraining(trainingText, declared) };
  return {
    format: "onnx",
    graph,
    signature,
    ...(parityText === undefined || signatureText === undefined ? {} : { parity: parseParity(parityText, signature) }),
    producer: model.producer,
    bytes: bytes.length,
    onnx: () => {
      refuseEmptyTensors(graph.nodes, model.functions, model.opsets);
      const plain = zipMap === undefined ? bytes : withoutZipMap(bytes, zipMap);
      return sequences.size === 0 ? plain : withoutSequences(plain, sequences);
    },
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
