import { SetosaError } from "../../errors.ts";
import { floatAttribute, floatsAttribute, intAttribute, intsAttribute, stringAttribute, stringsAttribute } from "../../graph/attributes.ts";
import { isFloat } from "../../tensor/dtype.ts";
import { type Tensor, tensor } from "../../tensor/tensor.ts";
import { type Evaluate, fromNumbers, numbers, required, rowsOf, unsupported } from "../evaluate.ts";

function perColumn<T>(values: ArrayLike<T>, column: number): T {
  return values[values.length === 1 ? 0 : column] as T;
}

/** (x - offset) · scale, rounded to float32 after each step for a float32 input. */
export const scaler: Evaluate = (node, inputs) => {
  const input = required(node, inputs, 0);
  const offset = floatsAttribute(node, "offset") ?? Float32Array.of(0);
  const scale = floatsAttribute(node, "scale") ?? Float32Array.of(1);
  const round = input.dtype === "float32" ? Math.fround : (x: number) => x;
  const rows = rowsOf(node, input).map((row) =>
    row.map((x, column) => round(round(x - perColumn(offset, column)) * perColumn(scale, column))),
  );
  return [fromNumbers(node, "float32", input.shape, rows.flat())];
};

export const imputer: Evaluate = (node, inputs) => {
  const input = required(node, inputs, 0);
  const float = isFloat(input.dtype);
  const imputed = float ? floatsAttribute(node, "imputed_value_floats") : intsAttribute(node, "imputed_value_int64s");
  const missing = float ? floatAttribute(node, "replaced_value_float", 0) : intAttribute(node, "replaced_value_int64", 0);
  if (imputed === undefined) return unsupported(node, "it has no imputed values");
  const isMissing = (x: number): boolean => (Number.isNaN(missing) ? Number.isNaN(x) : x === missing);
  const rows = rowsOf(node, input).map((row) => row.map((x, column) => (isMissing(x) ? perColumn(imputed, column) : x)));
  return [fromNumbers(node, input.dtype, input.shape, rows.flat())];
};

export const normalizer: Evaluate = (node, inputs) => {
  const input = required(node, inputs, 0);
  const norms: Readonly<Record<string, (row: readonly number[]) => number>> = {
    MAX: (row) => Math.max(...row),
    L1: (row) => row.reduce((sum, x) => sum + Math.abs(x), 0),
    L2: (row) => Math.sqrt(row.reduce((sum, x) => sum + x * x, 0)),
  };
  const norm = norms[stringAttribute(node, "norm") ?? "MAX"] ?? unsupported(node, "an unknown norm");
  const rows = rowsOf(node, input).map((row) => {
    const size = norm(row);
    return row.map((x) => (size === 0 ? x : x / size));
  });
  return [fromNumbers(node, "float32", input.shape, rows.flat())];
};

export const oneHotEncoder: Evaluate = (node, inputs) => {
  const input = required(node, inputs, 0);
  const categories: readonly (string | number)[] =
    input.dtype === "string" ? (stringsAttribute(node, "cats_strings") ?? []) : Array.from(intsAttribute(node, "cats_int64s") ?? []);
  const values: readonly (string | number)[] = input.dtype === "string" ? input.data : Array.from(numbers(node, input), Math.trunc);
  if (intAttribute(node, "zeros", 1) === 0 && values.some((value) => !categories.includes(value)))
    throw new SetosaError("CATEGORY_UNKNOWN", "A row holds a category that the model was not trained on.");
  const hot = values.flatMap((value) => categories.map((category) => Number(category === value)));
  return [fromNumbers(node, "float32", [...input.shape, categories.length], hot)];
};

/** Picks elements along the last axis. */
export const arrayFeatureExtractor: Evaluate = (node, inputs) => {
  const input = required(node, inputs, 0);
  const positions = Array.from(numbers(node, required(node, inputs, 1)));
  const size = input.shape.at(-1) ?? 1;
  const outer = input.data.length / size;
  const shape = input.shape.length < 2 ? [1, positions.length] : [...input.shape.slice(0, -1), positions.length];
  if (positions.some((position) => !(position >= 0 && position < size))) unsupported(node, "a position outside its input");
  const picked = Array.from({ length: outer }, (_, block) =>
    positions.map((position) => input.data[block * size + position] as string | number),
  ).flat();
  return [
    input.dtype === "string"
      ? (tensor("string", shape, picked as string[]) as Tensor)
      : fromNumbers(node, input.dtype, shape, picked as number[]),
  ];
};
