import { seededRandom } from "../../../src/bench/measure/statistics.ts";
import type { Model } from "../../../src/models/model.ts";
import { model, node, withMetadata } from "../../../test/onnx/tiny-models.ts";

export const rows = 1000;
export const features = 30;
const trees = 100;
const depth = 6;

const names = Array.from({ length: features }, (_, column) => `f${column}`);

/** A body of `rows` rows with their tensor behind the JSON, and outputs as bytes: what tritonclient sends. */
export function binaryRequest({ name, graph, signature: { example = [] } }: Pick<Model, "name" | "graph" | "signature">) {
  const random = seededRandom(7);
  const values = Float32Array.from({ length: rows * features }, (_, index) => {
    const usual = name === "linear" || name === "forest" ? 1 : Number(example[index % features]);
    return usual * (0.5 + random());
  });
  const json = Buffer.from(
    JSON.stringify({
      inputs: [
        { name: graph.inputs[0]?.name, shape: [rows, features], datatype: "FP32", parameters: { binary_data_size: values.byteLength } },
      ],
      parameters: { binary_data_output: true },
    }),
  );
  return {
    values,
    body: Buffer.concat([json, Buffer.from(values.buffer)]),
    headers: { "content-type": "application/octet-stream", "inference-header-content-length": String(json.length) },
  };
}

/** As cheap as a model can be. */
export function linear(): Uint8Array<ArrayBuffer> {
  const random = seededRandom(1);
  return regression(
    node("ai.onnx.ml.LinearRegressor", ["X"], ["value"], {
      targets: { kind: "int", value: 1 },
      coefficients: { kind: "floats", value: Float32Array.from({ length: features }, () => random() - 0.5) },
      intercepts: { kind: "floats", value: Float32Array.of(1) },
    }),
  );
}

/** A usual one: 100 full trees of depth 6. */
export function forest(): Uint8Array<ArrayBuffer> {
  const random = seededRandom(2);
  const perTree = 2 ** (depth + 1) - 1;
  const inner = 2 ** depth - 1;
  const count = trees * perTree;
  const leaves = trees * (perTree - inner);
  const ints = (length: number, value: (index: number) => number) =>
    ({ kind: "ints", value: Float64Array.from({ length }, (_, index) => value(index)) }) as const;
  const inTree = (value: (place: number) => number) => ints(count, (index) => (index % perTree < inner ? value(index % perTree) : 0));
  return regression(
    node("ai.onnx.ml.TreeEnsembleRegressor", ["X"], ["value"], {
      n_targets: { kind: "int", value: 1 },
      nodes_treeids: ints(count, (index) => Math.floor(index / perTree)),
      nodes_nodeids: ints(count, (index) => index % perTree),
      nodes_featureids: inTree(() => Math.floor(random() * features)),
      nodes_values: { kind: "floats", value: Float32Array.from({ length: count }, () => 0.5 + random()) },
      nodes_modes: {
        kind: "strings",
        value: Array.from({ length: count }, (_, index) => (index % perTree < inner ? "BRANCH_LEQ" : "LEAF")),
      },
      nodes_truenodeids: inTree((place) => 2 * place + 1),
      nodes_falsenodeids: inTree((place) => 2 * place + 2),
      target_treeids: ints(leaves, (index) => Math.floor(index / (perTree - inner))),
      target_nodeids: ints(leaves, (index) => inner + (index % (perTree - inner))),
      target_ids: ints(leaves, () => 0),
      target_weights: { kind: "floats", value: Float32Array.from({ length: leaves }, () => random()) },
    }),
  );
}

function regression(only: ReturnType<typeof node>): Uint8Array<ArrayBuffer> {
  const bytes = model({
    inputs: [{ name: "X", dtype: "float32", shape: ["rows", features] }],
    outputs: [{ name: "value", dtype: "float32", shape: ["rows", 1] }],
    nodes: [only],
  });
  return withMetadata(bytes, "setosa.signature", {
    format: 1,
    name: "made",
    version: "1",
    task: { kind: "regression", targets: ["value"], value: "value" },
    features: names.map((name, column) => ({ name, input: "X", column, dtype: "float32", missing: false })),
    example: names.map(() => 1),
  }) as Uint8Array<ArrayBuffer>;
}
