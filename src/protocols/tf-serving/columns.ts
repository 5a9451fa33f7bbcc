import { SetosaError } from "../../errors.ts";
import type { Feature, Signature } from "../../graph/signature.ts";
import { suggest } from "../../models/suggest.ts";
import { checkRows } from "./decode.ts";
import { inputValue, inputWidths, scalar } from "./rows.ts";

/**
 * Rows, as lists of values in the features' order, of `inputs`: an object with a list for each feature, or with a list of lists for each of
 * the graph's inputs. What is no object is one input alone, and the same as rows.
 * @throws SetosaError BODY_SHAPE_INVALID, FEATURE_MISSING, FEATURE_UNKNOWN, TENSOR_INVALID, ROWS_EMPTY, ROWS_TOO_MANY
 */
export function columnRows(given: Record<string, unknown>, { features }: Signature, mostRows: number): readonly unknown[] {
  const keys = Object.keys(given);
  const byFeature = keys.length === 0 || keys.some((key) => features.some(({ name }) => name === key));
  return byFeature ? featureRows(given, features, mostRows) : inputRows(given, features, mostRows);
}

function featureRows(given: Record<string, unknown>, features: readonly Feature[], mostRows: number): readonly unknown[] {
  checkNames(
    Object.keys(given),
    features.map(({ name }) => name),
    "feature",
  );
  let count: number | undefined;
  const columns = features.map((feature) => {
    const { name, absent } = feature;
    if (!Object.hasOwn(given, name)) {
      if (absent !== undefined) return undefined;
      throw new SetosaError("FEATURE_MISSING", `The feature "${name}" is absent.`, {
        path: `inputs[${JSON.stringify(name)}]`,
        hint: `The model takes ${names(features.map((other) => other.name))}.`,
      });
    }
    const column = listOf(given[name], name);
    count = sameCount(column, count, name);
    return column;
  });
  const rows = countOf(count, mostRows);
  return Array.from({ length: rows }, (_, row) =>
    columns.map((column, position) => {
      const feature = features[position] as Feature;
      return column === undefined ? feature.absent : scalar(column[row], () => `inputs[${JSON.stringify(feature.name)}][${row}]`);
    }),
  );
}

function inputRows(given: Record<string, unknown>, features: readonly Feature[], mostRows: number): readonly unknown[] {
  const widths = inputWidths(features);
  const inputs = [...widths.keys()];
  checkNames(Object.keys(given), inputs, "input");
  let count: number | undefined;
  const columns = new Map<string, readonly unknown[]>();
  for (const name of inputs) {
    if (!Object.hasOwn(given, name))
      throw new SetosaError("TENSOR_INVALID", `The input "${name}" is absent.`, {
        path: "inputs",
        hint: `The model takes ${names(inputs)}.`,
      });
    const column = listOf(given[name], name);
    count = sameCount(column, count, name);
    columns.set(name, column);
  }
  const rows = countOf(count, mostRows);
  return Array.from({ length: rows }, (_, row) =>
    features.map(({ input, column }) =>
      inputValue(columns.get(input)?.[row], column, {
        input,
        width: widths.get(input) ?? 0,
        where: `inputs[${JSON.stringify(input)}][${row}]`,
      }),
    ),
  );
}

/** A single value is a column of one row. */
function listOf(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) return [value];
  if (value.length > 0) return value;
  throw new SetosaError("ROWS_EMPTY", `"${name}" is an empty list.`, {
    path: `inputs[${JSON.stringify(name)}]`,
    hint: "Send at least one row.",
  });
}

function sameCount(column: readonly unknown[], count: number | undefined, name: string): number {
  if (count === undefined || column.length === count) return column.length;
  throw new SetosaError("BODY_SHAPE_INVALID", `"${name}" has ${column.length} rows, and another column has ${count}.`, {
    path: `inputs[${JSON.stringify(name)}]`,
    hint: "Send as many values in every column.",
  });
}

function countOf(count: number | undefined, mostRows: number): number {
  if (count === undefined)
    throw new SetosaError("ROWS_EMPTY", "The columns hold no row.", { path: "inputs", hint: "Send at least one row." });
  checkRows(count, "inputs", mostRows);
  return count;
}

function checkNames(given: readonly string[], known: readonly string[], what: "feature" | "input"): void {
  const set = new Set(known);
  const stranger = given.find((name) => !set.has(name));
  if (stranger === undefined) return;
  const meant = suggest(stranger, set);
  throw new SetosaError(
    what === "feature" ? "FEATURE_UNKNOWN" : "TENSOR_INVALID",
    `The model has no ${what} ${JSON.stringify(stranger.slice(0, 80))}.`,
    {
      path: `inputs[${JSON.stringify(stranger.slice(0, 80))}]`,
      hint: meant === undefined ? `The model takes ${names(known)}.` : `Did you mean ${JSON.stringify(meant)}?`,
    },
  );
}

function names(list: readonly string[]): string {
  const some = list.slice(0, 10).map((name) => JSON.stringify(name));
  return `${some.join(", ")}${list.length > some.length ? ", …" : ""}`;
}
