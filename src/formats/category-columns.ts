import { SetosaError } from "../errors.ts";
import type { Attribute, ValueInfo } from "../graph/graph.ts";
import type { FeatureDType } from "../graph/signature.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type GraphParts, intAttributes } from "./graph-parts.ts";

export type Category = string | number | boolean;

/** A column of a model, with what its codes 0, 1, … stand for where it has named categories. */
export interface Column {
  readonly name: string;
  readonly categories: readonly Category[] | undefined;
}

/** Where a feature is in the graph's inputs. */
export interface Place {
  readonly input: string;
  readonly column: number;
  readonly dtype: FeatureDType;
}

export interface CategoryColumns {
  readonly inputs: readonly ValueInfo[];
  /** By feature. */
  readonly places: readonly Place[];
  /** The value `[rows, columns]` with a number for every feature. */
  readonly rows: string;
}

/** The one input of all columns that are numbers. */
const table = "X";

/** The graph's inputs: a table of the numbers, and an input of its own for every column of named categories, which become codes; any other is NaN. */
export function addCategoryColumns(parts: GraphParts, columns: readonly Column[], dtype: "float32" | "float64"): CategoryColumns {
  const numbers = columns.flatMap(({ categories }, feature) => (categories === undefined ? [feature] : []));
  const places = columns.map(({ name, categories }, feature): Place => {
    if (categories === undefined) return { input: table, column: numbers.indexOf(feature), dtype };
    return { input: name, column: 0, dtype: isText(categories) ? "string" : "float64" };
  });
  const inputs: ValueInfo[] = numbers.length === 0 ? [] : [{ name: table, dtype, shape: ["rows", numbers.length] }];
  columns.forEach(({ name, categories }, feature) => {
    if (categories !== undefined) inputs.push({ name, dtype: places[feature]?.dtype ?? dtype, shape: ["rows", 1] });
  });
  if (new Set(inputs.map(({ name }) => name)).size !== inputs.length)
    throw new SetosaError("OPERATOR_UNSUPPORTED", `A categorical column may not be called "${table}".`, { path: table });
  if (numbers.length === columns.length) return { inputs, places, rows: table };
  const joined = columns.map(({ name, categories }, feature) => {
    if (categories !== undefined) return addCodes(parts, name, categories, feature, dtype);
    const at = Float64Array.of(places[feature]?.column ?? 0);
    const position = parts.constant(`column ${feature}`, { dtype: "int64", shape: [1], data: at });
    return parts.node("ai.onnx.ml.ArrayFeatureExtractor", [table, position], `number ${feature}`);
  });
  return {
    inputs,
    places,
    rows: joined.length === 1 ? (joined[0] as string) : parts.node("Concat", joined, "joined", intAttributes({ axis: 1 })),
  };
}

function isText(categories: readonly Category[]): boolean {
  return typeof categories[0] === "string";
}

function addCodes(parts: GraphParts, name: string, categories: readonly Category[], feature: number, dtype: "float32" | "float64"): string {
  const list = (value: Tensor): Attribute => ({ kind: "tensor", value });
  const numbers = (values: readonly number[]): Attribute => {
    const shape = [values.length];
    return list(
      dtype === "float32" ? { dtype, shape, data: Float32Array.from(values) } : { dtype, shape, data: Float64Array.from(values) },
    );
  };
  const shape = [categories.length];
  const keys: Tensor = isText(categories)
    ? { dtype: "string", shape, data: categories.map(String) }
    : { dtype: "float64", shape, data: Float64Array.from(categories, Number) };
  const attributes = new Map([
    ["keys_tensor", list(keys)],
    ["values_tensor", numbers([...categories.keys()])],
    ["default_tensor", numbers([Number.NaN])],
  ]);
  return parts.node("ai.onnx.ml.LabelEncoder", [name], `code ${feature}`, attributes);
}
