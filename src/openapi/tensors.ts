import type { Graph, ValueInfo } from "../graph/graph.ts";
import type { DType } from "../tensor/dtype.ts";
import { arrayOf, objectSchema, type Schema } from "./schema.ts";

const elements: Readonly<Record<DType, Schema>> = {
  float32: { type: "number", format: "float" },
  float64: { type: "number", format: "double" },
  int8: { type: "integer", minimum: -128, maximum: 127 },
  uint8: { type: "integer", minimum: 0, maximum: 255 },
  int16: { type: "integer", minimum: -32_768, maximum: 32_767 },
  uint16: { type: "integer", minimum: 0, maximum: 65_535 },
  int32: { type: "integer", format: "int32", minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  uint32: { type: "integer", minimum: 0, maximum: 2 ** 32 - 1 },
  int64: { type: "integer", format: "int64", minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
  bool: { type: "boolean" },
  string: { type: "string" },
};

/** A tensor as nested lists, each as long as the model declares it; where it leaves the length open, all of one dimension are as long. */
export function nestedSchema({ dtype, shape }: Pick<ValueInfo, "dtype" | "shape">): Schema {
  return shape.reduceRight<Schema>(
    (inner, size) => arrayOf(inner, typeof size === "number" ? { minItems: size, maxItems: size } : {}),
    elements[dtype],
  );
}

/** The same of an answer, in which JSON's null stands for what is no number. */
export function answeredSchema(info: Pick<ValueInfo, "dtype" | "shape">): Schema {
  const isFloat = info.dtype === "float32" || info.dtype === "float64";
  const element: Schema = isFloat ? { type: ["number", "null"] } : elements[info.dtype];
  return info.shape.reduceRight<Schema>((inner) => arrayOf(inner), element);
}

/** The graph's inputs by name. */
export function inputsSchema({ inputs }: Graph): Schema {
  return objectSchema(Object.fromEntries(inputs.map((info) => [info.name, nestedSchema(info)])));
}

/** The graph's outputs by name. */
export function outputsSchema({ outputs }: Graph): Schema {
  return objectSchema(Object.fromEntries(outputs.map((info) => [info.name, answeredSchema(info)])));
}
