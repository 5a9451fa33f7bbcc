import { SetosaError } from "../../errors.ts";
import type { Graph, ValueInfo } from "../../graph/graph.ts";
import { type ReadElement, readElement, readNested } from "../../models/tensors/nested-tensor.ts";
import { isFloat } from "../../tensor/dtype.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { decodeBase64, isBase64 } from "./base64.ts";
import type { PredictRequest } from "./messages.ts";

/**
 * The graph's inputs, in their order, of `instances` or `inputs`.
 * @throws SetosaError TENSOR_INVALID, BODY_SHAPE_INVALID, FEATURE_TYPE_INVALID for bytes that are no text
 */
export function readTensors({ inputs }: Graph, { format, value }: PredictRequest): readonly Tensor[] {
  const rows = format === "instances";
  const isNamed = (element: unknown) => typeof element === "object" && element !== null && !Array.isArray(element) && !isBase64(element);
  const named = rows ? Array.isArray(value) && isNamed(value[0]) : isNamed(value);
  if (!named) {
    const [only] = inputs;
    if (only === undefined || inputs.length > 1) throw severalInputs(inputs, format);
    return [readNested(value, only, format, element)];
  }
  const columns = rows ? stacked(value as readonly unknown[], inputs, isNamed) : (value as Record<string, unknown>);
  checkNames(columns, inputs, format);
  return inputs.map((info) => readNested(columns[info.name], info, `${format}[${JSON.stringify(info.name)}]`, element));
}

/** Beside what JSON holds: NaN, which may be written as null, the infinities, and bytes. */
const element: ReadElement = (value, info, where) => {
  if (isFloat(info.dtype)) {
    if (value === null) return Number.NaN;
    // A number that is too large for a float32 is a mistake, and an infinity was meant.
    if (typeof value === "number" && !Number.isFinite(value)) return value;
  }
  if (info.dtype === "string" && isBase64(value)) return decodeBase64(value, where);
  return readElement(value, info, where);
};

/** A list for each input, of what the instances give for it. */
function stacked(
  instances: readonly unknown[],
  inputs: readonly ValueInfo[],
  isNamed: (element: unknown) => boolean,
): Record<string, readonly unknown[]> {
  const columns: [string, unknown[]][] = inputs.map(({ name }) => [name, []]);
  for (const [index, instance] of instances.entries()) {
    if (!isNamed(instance))
      throw new SetosaError("BODY_SHAPE_INVALID", "An instance is no object of inputs, as the first one is.", {
        path: `instances[${index}]`,
        hint: "Send all instances in the same form.",
      });
    checkNames(instance as Record<string, unknown>, inputs, `instances[${index}]`);
    for (const [name, column] of columns) column.push((instance as Record<string, unknown>)[name]);
  }
  return Object.fromEntries(columns);
}

function checkNames(given: Record<string, unknown>, inputs: readonly ValueInfo[], path: string): void {
  const stranger = Object.keys(given).find((key) => !inputs.some(({ name }) => name === key));
  const missing = inputs.find(({ name }) => !Object.hasOwn(given, name));
  if (stranger === undefined && missing === undefined) return;
  const names = inputs.map(({ name }) => JSON.stringify(name)).join(", ");
  throw new SetosaError(
    "TENSOR_INVALID",
    missing === undefined ? `The model has no input ${JSON.stringify(stranger?.slice(0, 80))}.` : `The input "${missing.name}" is absent.`,
    { path, hint: `The model takes the inputs ${names}.` },
  );
}

function severalInputs(inputs: readonly ValueInfo[], format: PredictRequest["format"]): SetosaError {
  const names = inputs.map(({ name }) => `${JSON.stringify(name)}: …`).join(", ");
  return new SetosaError("TENSOR_INVALID", `The model takes ${inputs.length} inputs, and "${format}" does not name them.`, {
    path: format,
    hint: format === "instances" ? `Send {"instances": [{${names}}, …]}.` : `Send {"inputs": {${names}}}.`,
  });
}
