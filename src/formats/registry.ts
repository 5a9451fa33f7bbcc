import { SetosaError } from "../errors.ts";
import type { ModelFile } from "./model-file.ts";
import { isOnnx, readOnnx } from "./onnx/read.ts";

interface Format {
  /** Whether the bytes look like this format, by their content. */
  readonly matches: (bytes: Uint8Array) => boolean;
  readonly read: (bytes: Uint8Array) => ModelFile;
}

const formats: readonly Format[] = [{ matches: isOnnx, read: readOnnx }];

/**
 * Reads a model file of any format that Setosa knows.
 * @throws SetosaError MODEL_FORMAT_UNKNOWN, MODEL_FILE_INVALID, MODEL_GRAPH_INVALID, MODEL_SHAPE_INVALID,
 *   MODEL_SIGNATURE_INVALID
 */
export function readModel(bytes: Uint8Array): ModelFile {
  const format = formats.find(({ matches }) => matches(bytes));
  if (format === undefined)
    throw new SetosaError("MODEL_FORMAT_UNKNOWN", bytes.length === 0 ? "The file is empty." : "The file is not an ONNX model.", {
      hint: "Save the model in Python with setosa.save(model, path, X), or export it to ONNX.",
    });
  return format.read(bytes);
}
