import { seededRandom } from "../../../test/onnx/random.ts";
import { model, node, withMetadata } from "../../../test/onnx/tiny-models.ts";

/** Trees of 16,383 nodes each. */
const depth = 13;
export const features = 16;
/** What the base value is before a version is written over it. */
const sentinel = 123_456;
/** A version adds so much to what its trees say, which is less. */
const step = 4096;

/** A forest whose answers are whole numbers, and name its version: see `versionOf`. */
export class LargeForest {
  readonly nodes: number;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #place: number;

  constructor(trees: number, seed = 1) {
    const perTree = 2 ** (depth + 1) - 1;
    this.nodes = trees * perTree;
    this.#bytes = forestBytes(trees, perTree, seededRandom(seed));
    const marker = Buffer.from(Float32Array.of(sentinel).buffer);
    const file = Buffer.from(this.#bytes.buffer);
    this.#place = file.indexOf(marker);
    if (this.#place < 0 || file.indexOf(marker, this.#place + 1) >= 0) throw new Error("The forest's base value is not found once.");
  }

  /** The file of a version, a number from 1 to 4,000. */
  file(version: number): Uint8Array<ArrayBuffer> {
    const bytes = withSignature(this.#bytes, version);
    new DataView(bytes.buffer).setFloat32(this.#place, version * step, true);
    return bytes;
  }
}

/** The version that an answer comes from, and what its trees said. */
export function versionOf(prediction: number): { readonly version: number; readonly trees: number } {
  return { version: Math.floor(prediction / step), trees: prediction % step };
}

export function row(random: () => number): number[] {
  return Array.from({ length: features }, () => Math.fround(random()));
}

function forestBytes(trees: number, perTree: number, random: () => number): Uint8Array<ArrayBuffer> {
  const count = trees * perTree;
  const inner = 2 ** depth - 1;
  const column = (value: (place: number) => number): Float64Array =>
    Float64Array.from({ length: count }, (_, index) => value(index % perTree));
  const strings = Array.from({ length: count }, (_, index) => (index % perTree < inner ? "BRANCH_LEQ" : "LEAF"));
  const leaves = trees * (perTree - inner);
  const leaf = (value: (tree: number, place: number) => number): Float64Array =>
    Float64Array.from({ length: leaves }, (_, index) => value(Math.floor(index / (perTree - inner)), index % (perTree - inner)));
  return model({
    inputs: [{ name: "X", dtype: "float32", shape: ["rows", features] }],
    outputs: [{ name: "value", dtype: "float32", shape: ["rows", 1] }],
    nodes: [
      node("ai.onnx.ml.TreeEnsembleRegressor", ["X"], ["value"], {
        n_targets: { kind: "int", value: 1 },
        aggregate_function: { kind: "string", value: "SUM" },
        post_transform: { kind: "string", value: "NONE" },
        base_values: { kind: "floats", value: Float32Array.of(sentinel) },
        nodes_treeids: { kind: "ints", value: Float64Array.from({ length: count }, (_, index) => Math.floor(index / perTree)) },
        nodes_nodeids: { kind: "ints", value: column((place) => place) },
        nodes_featureids: { kind: "ints", value: column((place) => (place < inner ? Math.floor(random() * features) : 0)) },
        nodes_values: { kind: "floats", value: Float32Array.from({ length: count }, () => random()) },
        nodes_modes: { kind: "strings", value: strings },
        nodes_truenodeids: { kind: "ints", value: column((place) => (place < inner ? 2 * place + 1 : 0)) },
        nodes_falsenodeids: { kind: "ints", value: column((place) => (place < inner ? 2 * place + 2 : 0)) },
        target_treeids: { kind: "ints", value: leaf((tree) => tree) },
        target_nodeids: { kind: "ints", value: leaf((_, place) => inner + place) },
        target_ids: { kind: "ints", value: leaf(() => 0) },
        // Their sums are exact, and under the step.
        target_weights: { kind: "floats", value: Float32Array.from({ length: leaves }, () => Math.floor((random() * step) / trees)) },
      }),
    ],
  });
}

function withSignature(bytes: Uint8Array, version: number): Uint8Array<ArrayBuffer> {
  const example = Array.from({ length: features }, (_, index) => Math.fround((index + 0.5) / features));
  // Written by hand at the end of the file, which is not copied as a list of numbers.
  const entry = withMetadata(new Uint8Array(), "setosa.signature", {
    format: 1,
    name: "large",
    version: String(version),
    task: { kind: "regression", targets: ["value"], value: "value" },
    features: example.map((_, column) => ({ name: `f${column}`, input: "X", column, dtype: "float32", missing: false })),
    example,
  });
  const whole = new Uint8Array(bytes.length + entry.length);
  whole.set(bytes);
  whole.set(entry, bytes.length);
  return whole;
}
