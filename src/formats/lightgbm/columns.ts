import { SetosaError } from "../../errors.ts";
import type { Attribute, ValueInfo } from "../../graph/graph.ts";
import type { Feature } from "../../graph/signature.ts";
import { type GraphParts, intAttributes } from "../graph-parts.ts";
import { type LightGbmFeature, signatureFeatures } from "./features.ts";
import { nearZero, type Tree } from "./trees.ts";

export interface Columns {
  readonly inputs: readonly ValueInfo[];
  readonly features: readonly Feature[];
  /** The value `[rows, columns]` that the trees read. */
  readonly rows: string;
}

/**
 * The graph's inputs, and the nodes from them to what the trees read: float64 columns in which categories are codes, and
 * zeros are missing where training read them so.
 */
export function addColumns(parts: GraphParts, features: readonly LightGbmFeature[], trees: readonly Tree[]): Columns {
  const named = features.some(({ categories }) => categories !== undefined);
  const table = features.flatMap(({ categories }, feature) => (categories === undefined ? [feature] : []));
  const inputOf = (feature: number): { input: string; column: number } =>
    features[feature]?.categories === undefined
      ? { input: "X", column: table.indexOf(feature) }
      : { input: features[feature].name, column: 0 };
  const float: ValueInfo = { name: "X", dtype: "float64", shape: ["rows", table.length] };
  const signature = signatureFeatures(features, inputOf);
  const inputs = [
    ...(table.length > 0 ? [float] : []),
    ...signature.flatMap(({ input, dtype, categories }): ValueInfo[] =>
      categories === undefined ? [] : [{ name: input, dtype, shape: ["rows", 1] }],
    ),
  ];
  if (new Set(inputs.map(({ name }) => name)).size !== inputs.length)
    throw new SetosaError("OPERATOR_UNSUPPORTED", 'A categorical column may not be called "X".', { path: "header.feature_names" });
  const joined = named ? joinColumns(parts, features, table) : "X";
  const truncated = truncateCategories(parts, joined, features.length, trees);
  return { inputs, features: signature, rows: missingZeros(parts, truncated, features.length, trees) };
}

/** The codes of named categories between the columns of numbers. */
function joinColumns(parts: GraphParts, features: readonly LightGbmFeature[], table: readonly number[]): string {
  const columns = features.map(({ name, categories }, feature) => {
    if (categories === undefined) {
      const position = parts.constant(`column ${feature}`, { dtype: "int64", shape: [1], data: Float64Array.of(table.indexOf(feature)) });
      return parts.node("ai.onnx.ml.ArrayFeatureExtractor", ["X", position], `number ${feature}`);
    }
    const codes: Attribute = {
      kind: "tensor",
      value: { dtype: "float64", shape: [categories.length], data: Float64Array.from(categories.keys()) },
    };
    const keys: Attribute = {
      kind: "tensor",
      value:
        typeof categories[0] === "string"
          ? { dtype: "string", shape: [categories.length], data: categories.map(String) }
          : { dtype: "float64", shape: [categories.length], data: Float64Array.from(categories, Number) },
    };
    const missing: Attribute = { kind: "tensor", value: { dtype: "float64", shape: [1], data: Float64Array.of(Number.NaN) } };
    return parts.node(
      "ai.onnx.ml.LabelEncoder",
      [name],
      `code ${feature}`,
      new Map([
        ["keys_tensor", keys],
        ["values_tensor", codes],
        ["default_tensor", missing],
      ]),
    );
  });
  return columns.length === 1 ? (columns[0] as string) : parts.node("Concat", columns, "joined", intAttributes({ axis: 1 }));
}

/** A category's code is the number cut towards zero, as C casts it: sign(x)·floor(|x|). */
function truncateCategories(parts: GraphParts, rows: string, count: number, trees: readonly Tree[]): string {
  const categorical = new Set(
    trees.flatMap(({ splits }) => splits.flatMap(({ feature, categories }) => (categories === undefined ? [] : [feature]))),
  );
  if (categorical.size === 0) return rows;
  const whole = parts.node("Floor", [parts.node("Abs", [rows], "sizes")], "floors");
  const codes = parts.node("Mul", [parts.node("Sign", [rows], "signs"), whole], "codes");
  const mask = parts.constant("isCategorical", { dtype: "bool", shape: [1, count], data: maskOf(count, categorical) });
  return parts.node("Where", [mask, codes, rows], "coded");
}

/** NaN where a value is near zero in a column whose zeros are missing values. */
function missingZeros(parts: GraphParts, rows: string, count: number, trees: readonly Tree[]): string {
  const splits = trees.flatMap((tree) => tree.splits.filter(({ categories }) => categories === undefined));
  const zero = new Set(splits.flatMap(({ feature, missing }) => (missing === "zero" ? [feature] : [])));
  if (zero.size === 0) return rows;
  if (splits.some(({ feature, missing }) => zero.has(feature) && missing !== "zero"))
    throw new SetosaError("OPERATOR_UNSUPPORTED", "Splits of one feature differ in whether zeros are missing values.", {
      path: "decision_type",
    });
  const limits = Array.from({ length: count }, (_, feature) => (zero.has(feature) ? nearZero : -1));
  const isZero = parts.node("LessOrEqual", [parts.node("Abs", [rows], "magnitudes"), parts.row("zeros", "float64", limits)], "isZero");
  return parts.node("Where", [isZero, parts.row("missing", "float64", [Number.NaN]), rows], "rows");
}

function maskOf(count: number, features: ReadonlySet<number>): Uint8Array {
  return Uint8Array.from({ length: count }, (_, feature) => (features.has(feature) ? 1 : 0));
}
