import type { Attribute, ValueInfo } from "../../graph/graph.ts";
import { tensor } from "../../tensor/tensor.ts";
import { GraphParts, intAttributes } from "../graph-parts.ts";
import type { CatBoostFeatures } from "./features.ts";

/** The graph's inputs, and the value `[rows, features]` that the trees read, with its nodes. */
export interface Rows {
  readonly parts: GraphParts;
  readonly inputs: readonly ValueInfo[];
  readonly rows: string;
}

/** The one input of all columns that are numbers. */
export const table = "X";

/** A category is its position among the hashes that the trees ask for, and -1 for any other. */
export function rowsOf(features: CatBoostFeatures): Rows {
  const parts = new GraphParts();
  const numbers = features.flatMap(({ categories }, column) => (categories === undefined ? [column] : []));
  const inputs: ValueInfo[] = numbers.length === 0 ? [] : [{ name: table, dtype: "float32", shape: ["rows", numbers.length] }];
  if (numbers.length === features.length) return { parts, inputs, rows: table };
  const joined = features.map(({ name, categories }, column) => {
    if (categories === undefined) {
      const at = parts.constant(`column ${column}`, tensor("int64", [1], Float64Array.of(numbers.indexOf(column))));
      return parts.node("ai.onnx.ml.ArrayFeatureExtractor", [table, at], `number ${column}`);
    }
    inputs.push({ name, dtype: "string", shape: ["rows", 1] });
    const hash = parts.node("catboost.CategoryHash", [name], `hash ${column}`);
    const attributes = new Map<string, Attribute>([
      ["keys_int64s", { kind: "ints", value: Float64Array.from(categories) }],
      ["values_floats", { kind: "floats", value: Float32Array.from(categories.keys()) }],
      ["default_float", { kind: "float", value: -1 }],
    ]);
    return parts.node("ai.onnx.ml.LabelEncoder", [hash], `code ${column}`, attributes);
  });
  const rows = joined.length === 1 ? (joined[0] as string) : parts.node("Concat", joined, "joined", intAttributes({ axis: 1 }));
  return { parts, inputs, rows };
}
