import { type KernelLayout, kernelOfInstance } from "../compiler/instantiate.ts";
import type { Kernel } from "../compiler/kernel.ts";
import { SetosaError } from "../errors.ts";
import type { Graph } from "../graph/graph.ts";
import type { Signature } from "../graph/signature.ts";
import { type Answers, type KernelAnswers, kernelAnswers } from "../models/answers.ts";
import { floatInput, neededFloats, rawRows } from "../models/float-input.ts";
import type { Row } from "../models/model.ts";
import { type Prediction, predictionReader, type ReadPrediction } from "../models/prediction.ts";
import { RowEncoder } from "../models/row-encoder.ts";

/** All of a model that is not in its WebAssembly module: plain data, which a module of JavaScript holds as a literal. */
export interface ArtifactDescription {
  readonly name: string;
  readonly version: string;
  readonly signature: Pick<Signature, "task" | "features" | "example" | "framework">;
  readonly outputs: Graph["outputs"];
  readonly kernel: KernelLayout;
  /** What the WebAssembly module's custom section `setosa` says as well. */
  readonly fingerprint: string;
}

/**
 * A compiled model without anything that loads or serves it. Its rows are read, checked and answered by the library's own code, so
 * that answers and errors are the library's.
 */
export class EmbeddedModel {
  readonly name: string;
  readonly version: string;
  readonly signature: ArtifactDescription["signature"];
  /** What setosa/fetch serves it by. */
  readonly parts: { readonly description: ArtifactDescription; readonly kernel: Kernel };
  readonly #kernel: Kernel;
  readonly #encoder: RowEncoder;
  readonly #answers: KernelAnswers;
  readonly #floats: Float32Array | Float64Array | undefined;
  readonly #read: ReadPrediction;

  constructor(description: ArtifactDescription, instance: WebAssembly.Instance) {
    const { name, version, signature, outputs, kernel: layout } = description;
    this.name = name;
    this.version = version;
    this.signature = signature;
    const kernel = kernelOfInstance(instance, layout);
    this.#kernel = kernel;
    this.parts = { description, kernel };
    this.#encoder = new RowEncoder(signature.features, (input) => {
      const found = kernel.inputs.find(({ info }) => info.name === input);
      if (found === undefined) throw new SetosaError("INTERNAL", `The kernel has no input "${input}".`);
      return found;
    });
    this.#answers = kernelAnswers(kernel, { outputs }, signature);
    this.#floats = floatInput(kernel, signature);
    this.#read = predictionReader(signature);
  }

  /** @throws SetosaError FEATURE_…, CATEGORY_UNKNOWN, ROW_WIDTH_INVALID for a row that does not fit */
  predict(row: Row): Prediction {
    this.#encoder.encode(row, 0, { path: "", first: undefined });
    this.#kernel.run(1);
    return this.#read(this.#answers.one(), 0);
  }

  /** Errors name the row, as in `[3]["age"]`. */
  predictMany(rows: readonly Row[]): Prediction[] {
    const answers = this.answerRows(rows);
    return rows.map((_, row) => this.#read(answers, row));
  }

  /**
   * Rows × features numbers, row-major, NaN for missing: nothing but the length is checked.
   * @returns labels (positions in the classes) and scores, which the next prediction overwrites when one row was given
   * @throws SetosaError ROW_WIDTH_INVALID, ROWS_EMPTY; FEATURE_TYPE_INVALID where not all features are floats of one input
   */
  predictRaw(values: Float32Array | Float64Array | readonly number[]): Answers {
    const width = this.signature.features.length;
    const floats = neededFloats(this.name, this.#floats);
    const rows = rawRows(values.length, width);
    return this.#inBlocks(rows, (from, count) => {
      if ("subarray" in values) floats.set(values.subarray(from * width, (from + count) * width));
      else floats.set(values.slice(from * width, (from + count) * width));
    });
  }

  /** @throws SetosaError ROWS_EMPTY and what `predict` throws */
  answerRows(rows: readonly unknown[]): Answers {
    if (rows.length === 0) throw new SetosaError("ROWS_EMPTY", "The list of rows is empty.", { path: "", hint: "Send at least one row." });
    return this.#inBlocks(rows.length, (from, count) => {
      const place = { path: "", first: from };
      for (let index = 0; index < count; index++) this.#encoder.encode(rows[from + index], index, place);
    });
  }

  #inBlocks(rows: number, encode: (from: number, count: number) => void): Answers {
    const kernel = this.#kernel;
    if (rows === 1) {
      encode(0, 1);
      kernel.run(1);
      return this.#answers.one();
    }
    const answers = this.#answers.allocate(rows);
    for (let from = 0; from < rows; from += kernel.capacity) {
      const count = Math.min(kernel.capacity, rows - from);
      encode(from, count);
      kernel.run(count);
      this.#answers.copy(answers, from, count);
    }
    return answers;
  }
}
