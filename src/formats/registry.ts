import { SetosaError } from "../errors.ts";
import { isCatBoost, readCatBoost } from "./catboost/read.ts";
import { isLightGbm, readLightGbm } from "./lightgbm/read.ts";
import type { ModelFile } from "./model-file.ts";
import { isOnnx, readOnnx } from "./onnx/read.ts";
import type { ReadOptions } from "./tree-ensemble.ts";
import { isXgBoost, readXgBoost } from "./xgboost/read.ts";

interface Format {
  /** Whether the bytes, or the first thousands of them, look like this format: by their content. */
  readonly matches: (bytes: Uint8Array) => boolean;
  readonly read: (bytes: Uint8Array, options: ReadOptions) => ModelFile;
}

const trainersFormats: readonly Format[] = [
  { matches: isCatBoost, read: readCatBoost },
  { matches: isLightGbm, read: readLightGbm },
  { matches: isXgBoost, read: readXgBoost },
];

// A text can begin like a protobuf message: formats that are texts are asked first.
const formats: readonly Format[] = [...trainersFormats, { matches: isOnnx, read: readOnnx }];

/** Whether a file that begins like this can be a model in a trainer's own format. */
export function isTrainersFormat(head: Uint8Array): boolean {
  return trainersFormats.some(({ matches }) => matches(head));
}

/**
 * Reads a model file of any format that Setosa knows.
 * @throws SetosaError MODEL_FORMAT_UNKNOWN, MODEL_FILE_INVALID, MODEL_GRAPH_INVALID, MODEL_SHAPE_INVALID,
 *   MODEL_SIGNATURE_INVALID, OPERATOR_UNSUPPORTED
 */
export function readModel(bytes: Uint8Array, options: ReadOptions = {}): ModelFile {
  const format = formats.find(({ matches }) => matches(bytes));
  if (format === undefined)
    throw new SetosaError(
      "MODEL_FORMAT_UNKNOWN",
      bytes.length === 0 ? "The file is empty." : "The file is not a model in a known format.",
      {
        hint: "Save the model in Python with setosa.save(model, path, X), or export it to ONNX.",
      },
    );
  return format.read(bytes, options);
}
