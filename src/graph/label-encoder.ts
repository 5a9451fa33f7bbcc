import { SetosaError } from "../errors.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";
import {
  floatAttribute,
  floatsAttribute,
  intAttribute,
  intsAttribute,
  stringAttribute,
  stringsAttribute,
  tensorAttribute,
} from "./attributes.ts";
import { type Node, operatorName } from "./graph.ts";

/** From this version on NaN is a key that equals itself. */
export const nanIsKey = 4;

/** What a LabelEncoder maps to what. */
export interface LabelMapping {
  readonly keys: Tensor;
  /** As many as keys. */
  readonly values: Tensor;
  /** One element of the values' type, for any other key. */
  readonly fallback: Tensor;
}

/**
 * The mapping of an ai.onnx.ml LabelEncoder of any version: lists (2, 4), tensors (4), or classes and their
 * numbers (1), which of the two directions depends on the input.
 * @throws SetosaError MODEL_GRAPH_INVALID
 */
export function labelMapping(node: Node, input: Tensor["dtype"]): LabelMapping {
  const classes = stringsAttribute(node, "classes_strings");
  if (classes !== undefined) return classMapping(node, classes, input);
  const keys = listOf(node, "keys") ?? malformed(node, "it has no keys");
  const values = listOf(node, "values") ?? malformed(node, "it has no values");
  if (keys.data.length !== values.data.length) malformed(node, `it has ${keys.data.length} keys and ${values.data.length} values`);
  if (keys.dtype !== input) malformed(node, `its keys are ${keys.dtype} and its input is ${input}`);
  const fallback = tensorAttribute(node, "default_tensor") ?? defaultOf(node, values.dtype);
  if (fallback.dtype !== values.dtype || fallback.data.length !== 1) malformed(node, "its default is not one of its values' type");
  return { keys, values, fallback };
}

/** The mapping of a CategoryMapper: between strings and integers, the direction by the input. */
export function categoryMapping(node: Node, input: Tensor["dtype"]): LabelMapping {
  const names = stringsAttribute(node, "cats_strings") ?? [];
  const integers = intsAttribute(node, "cats_int64s") ?? new Float64Array();
  if (names.length !== integers.length || names.length === 0)
    malformed(node, `it has ${names.length} strings and ${integers.length} integers`);
  const strings = tensor("string", [names.length], [...names]);
  const numbers = tensor("int64", [integers.length], integers);
  if (input === "string") return { keys: strings, values: numbers, fallback: defaultOf(node, "int64") };
  if (input === "int64") return { keys: numbers, values: strings, fallback: defaultOf(node, "string") };
  return malformed(node, `its input is ${input}`);
}

function classMapping(node: Node, classes: readonly string[], input: Tensor["dtype"]): LabelMapping {
  const names = tensor("string", [classes.length], [...classes]);
  const numbers = tensor("int64", [classes.length], Float64Array.from(classes.keys()));
  if (input === "string") return { keys: names, values: numbers, fallback: defaultOf(node, "int64") };
  if (input === "int64") return { keys: numbers, values: names, fallback: defaultOf(node, "string") };
  return malformed(node, `its input is ${input}`);
}

/** A list by its name and type, whichever is there. */
function listOf(node: Node, role: "keys" | "values"): Tensor | undefined {
  const given = tensorAttribute(node, `${role}_tensor`);
  if (given !== undefined) return given;
  const strings = stringsAttribute(node, `${role}_strings`) ?? [];
  if (strings.length > 0) return tensor("string", [strings.length], [...strings]);
  const integers = intsAttribute(node, `${role}_int64s`) ?? new Float64Array();
  if (integers.length > 0) return tensor("int64", [integers.length], integers);
  const floats = floatsAttribute(node, `${role}_floats`) ?? new Float32Array();
  return floats.length > 0 ? tensor("float32", [floats.length], floats) : undefined;
}

function defaultOf(node: Node, dtype: Tensor["dtype"]): Tensor {
  switch (dtype) {
    case "string":
      return tensor("string", [1], [stringAttribute(node, "default_string") ?? "_Unused"]);
    case "int64":
      return tensor("int64", [1], Float64Array.of(intAttribute(node, "default_int64", -1)));
    case "float32":
      return tensor("float32", [1], Float32Array.of(floatAttribute(node, "default_float", -0)));
    case "float64":
      return tensor("float64", [1], Float64Array.of(-0));
    default:
      return malformed(node, `its values are ${dtype}`);
  }
}

function malformed(node: Node, why: string): never {
  throw new SetosaError("MODEL_GRAPH_INVALID", `${operatorName(node)} (node "${node.name}") is not well-formed: ${why}.`, {
    path: node.name,
  });
}
