import type { ValueInfo } from "../../graph/graph.ts";
import type { Model } from "../../models/model.ts";
import type { DType } from "../../tensor/dtype.ts";
import type { ModelMetadata, SignatureDef, TensorInfo } from "./messages.ts";
import { defaultSignature, type OutputForm, rowSignatures } from "./signatures.ts";
import { classification, regression } from "./verbs.ts";

const dataTypes: Readonly<Record<DType, string>> = {
  float32: "DT_FLOAT",
  float64: "DT_DOUBLE",
  int8: "DT_INT8",
  uint8: "DT_UINT8",
  int16: "DT_INT16",
  uint16: "DT_UINT16",
  int32: "DT_INT32",
  uint32: "DT_UINT32",
  int64: "DT_INT64",
  bool: "DT_BOOL",
  string: "DT_STRING",
};

/** GetModelMetadataResponse, as TensorFlow Serving writes it: every signature with its named inputs, which of a model of rows are the features. */
export function modelMetadata(model: Model): ModelMetadata {
  return {
    model_spec: { name: model.name, signature_name: "", version: model.version },
    metadata: { signature_def: { signature_def: signatureDefs(model) } },
  };
}

function signatureDefs(model: Model): Record<string, SignatureDef> {
  const { graph, signature } = model;
  if (signature.task.kind === "tensors")
    return {
      [defaultSignature]: { inputs: byName(graph.inputs), outputs: byName(graph.outputs), method_name: "tensorflow/serving/predict" },
    };
  const inputs = Object.fromEntries(signature.features.map(({ name, dtype }) => [name, tensorInfo(name, dataTypes[dtype], [-1])]));
  const defs: [string, SignatureDef][] = [...rowSignatures(model)].map(([name, outputs]) => [
    name,
    { inputs, outputs: outputInfos(outputs), method_name: "tensorflow/serving/predict" },
  ]);
  // Their only input takes serialised examples, and their outputs have fixed names, in every SavedModel.
  const examples = { inputs: tensorInfo("inputs", "DT_STRING", [-1]) };
  if (classification(model) !== undefined)
    defs.push([
      "classification",
      {
        inputs: examples,
        outputs: { classes: tensorInfo("classes", "DT_STRING", [-1, -1]), scores: tensorInfo("scores", "DT_FLOAT", [-1, -1]) },
        method_name: "tensorflow/serving/classify",
      },
    ]);
  if (regression(model) !== undefined)
    defs.push([
      "regression",
      { inputs: examples, outputs: { outputs: tensorInfo("outputs", "DT_FLOAT", [-1, 1]) }, method_name: "tensorflow/serving/regress" },
    ]);
  return Object.fromEntries(defs);
}

function outputInfos(outputs: readonly OutputForm[]): Record<string, TensorInfo> {
  return Object.fromEntries(outputs.map(({ name, dtype, shape }) => [name, tensorInfo(name, dtype, [-1, ...shape])]));
}

function byName(infos: readonly ValueInfo[]): Record<string, TensorInfo> {
  return Object.fromEntries(
    infos.map(({ name, dtype, shape }) => [
      name,
      tensorInfo(
        name,
        dataTypes[dtype],
        shape.map((size) => (typeof size === "number" ? size : -1)),
      ),
    ]),
  );
}

/** Sizes are int64, which protobuf's JSON writes as strings; -1 is any. */
function tensorInfo(name: string, dtype: string, shape: readonly number[]): TensorInfo {
  return { dtype, tensor_shape: { dim: shape.map((size) => ({ size: String(size), name: "" })), unknown_rank: false }, name: `${name}:0` };
}
