import { buildGraph } from "../../graph/build.ts";
import { addCategoryColumns } from "../category-columns.ts";
import { GraphParts } from "../graph-parts.ts";
import { isJsonWithKey, JsonValue, parseJson } from "../json-text.ts";
import type { ModelFile } from "../model-file.ts";
import type { ReadOptions } from "../tree-ensemble.ts";
import { parseUbjson } from "../ubjson.ts";
import { readFeatures, signatureFeatures } from "./features.ts";
import { addLinear } from "./linear.ts";
import { addOutputs, readObjective } from "./objective.ts";
import { readShape } from "./shape.ts";
import { addTrees, readTrees } from "./trees.ts";

/** Whether the bytes are a model that XGBoost saved as JSON or UBJSON: both begin an object with the same key. */
export function isXgBoost(bytes: Uint8Array): boolean {
  return isUbjson(bytes) || isJsonWithKey(bytes, "learner");
}

/** `{`, the marker of an integer, the length of the key, and the key: an integer takes up to eight bytes. */
function isUbjson(bytes: Uint8Array): boolean {
  const head = String.fromCharCode(...bytes.subarray(0, 20));
  const key = head.indexOf("learner{");
  return head.startsWith("{") && "iUIlL".includes(head.charAt(1)) && key >= 3 && key <= 10;
}

/**
 * Reads a model saved by `save_model(path)`.
 * @throws SetosaError MODEL_FILE_INVALID, OPERATOR_UNSUPPORTED
 */
export function readXgBoost(bytes: Uint8Array, options: ReadOptions = {}): ModelFile {
  const json = isUbjson(bytes) ? new JsonValue(parseUbjson(bytes), "") : parseJson(bytes);
  const learner = json.get("learner");
  const shape = readShape(learner);
  const features = readFeatures(learner, shape);
  const objective = readObjective(learner.get("objective").get("name"), shape);
  const parts = new GraphParts();
  const { inputs, places, rows } = addCategoryColumns(parts, features, "float32");
  const booster = learner.get("gradient_booster");
  const margins =
    booster.get("name").text === "gblinear"
      ? addLinear(parts, booster, shape, objective, rows)
      : addTrees(parts, readTrees(learner, shape, options), shape, objective, rows);
  const { task, outputs } = addOutputs(parts, objective, margins, shape.groups);
  const graph = buildGraph({
    name: "xgboost",
    opsets: { "": 18, "ai.onnx.ml": 5 },
    inputs,
    outputs,
    constants: parts.constants,
    nodes: parts.nodes,
  });
  return {
    format: "xgboost",
    graph,
    signature: { task, features: signatureFeatures(features, places) },
    producer: `XGBoost ${versionOf(json)}`.trim(),
    bytes: bytes.length,
  };
}

function versionOf(json: JsonValue): string {
  const version = json.get("version");
  return version.isAbsent ? "" : Array.from(version.numbers()).join(".");
}
