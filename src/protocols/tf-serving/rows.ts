import { SetosaError } from "../../errors.ts";
import type { Graph } from "../../graph/graph.ts";
import type { Feature, Signature } from "../../graph/signature.ts";
import { decodeBase64, isBase64 } from "./base64.ts";
import { checkRows } from "./decode.ts";

/** Makes rows, as models take them, of the forms that clients of TensorFlow Serving and KServe send. */
export interface RowForms {
  /**
   * Each element is a list of values, an object of features, an object of named inputs, or a value where the model has one feature. A value
   * may stand in a list of its own, as tensors `[rows, 1]` and KServe's data frames have it.
   */
  instances(list: readonly unknown[], path: string): readonly unknown[];
}

export function rowForms({ inputs }: Graph, { features }: Signature, mostRows: number): RowForms {
  const known = new Set(features.map(({ name }) => name));
  const widths = inputWidths(features);
  const ownInputs = inputs.map(({ name }) => name).filter((name) => !known.has(name));
  // Only text comes as an object in a list of values, or differently from row to row.
  const hasText = features.some(({ dtype }) => dtype === "string");
  const single = features.length === 1 && features[0]?.name !== "b64";

  const isPlain = (element: unknown): boolean => {
    if (typeof element !== "object" || element === null) return !single;
    if (Array.isArray(element)) return !hasText || !element.some(isNested);
    for (const key in element) if (isNested((element as Record<string, unknown>)[key]) && Object.hasOwn(element, key)) return false;
    return !(single && isBase64(element));
  };

  const instances = (list: readonly unknown[], path: string): readonly unknown[] => {
    if (hasText || single ? list.every(isPlain) : isPlain(list[0])) return list;
    const rows: unknown[] = [];
    for (const [index, element] of list.entries()) {
      const where = `${path}[${index}]`;
      if (typeof element !== "object" || element === null || (single && isBase64(element)))
        rows.push(single ? [scalar(element, () => where)] : element);
      else if (Array.isArray(element)) rows.push(element.map((value: unknown, position) => text(value, () => `${where}[${position}]`)));
      else if (ownInputs.length > 0 && isOfInputs(element as Record<string, unknown>, ownInputs, known))
        rows.push(rowOfInputs(element as Record<string, unknown>, features, widths, where));
      else pushRows(rows, element as Record<string, unknown>, where, (count) => checkRows(count, path, mostRows));
    }
    return rows;
  };
  return { instances };
}

function isNested(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function text(value: unknown, where: () => string): unknown {
  return isBase64(value) ? decodeBase64(value, where) : value;
}

/** A value that may stand in lists of its own. */
export function scalar(value: unknown, where: () => string): unknown {
  let inner = value;
  while (Array.isArray(inner) && inner.length === 1) inner = inner[0];
  return text(inner, where);
}

/** How many features each of the graph's inputs takes. */
export function inputWidths(features: readonly Feature[]): ReadonlyMap<string, number> {
  const widths = new Map<string, number>();
  for (const { input } of features) widths.set(input, (widths.get(input) ?? 0) + 1);
  return widths;
}

function isOfInputs(element: Record<string, unknown>, inputs: readonly string[], features: ReadonlySet<string>): boolean {
  let any = false;
  for (const key in element) {
    if (features.has(key)) return false;
    any ||= inputs.includes(key);
  }
  return any;
}

/** The features' values, in their order, from the lists of each input. */
function rowOfInputs(
  element: Record<string, unknown>,
  features: readonly Feature[],
  widths: ReadonlyMap<string, number>,
  where: string,
): unknown[] {
  const stranger = Object.keys(element).find((key) => !widths.has(key));
  if (stranger !== undefined) {
    const shown = JSON.stringify(stranger.slice(0, 80));
    throw new SetosaError("TENSOR_INVALID", `The model has no input ${shown}.`, {
      path: `${where}[${shown}]`,
      hint: `Its inputs are ${[...widths.keys()].map((name) => JSON.stringify(name)).join(", ")}.`,
    });
  }
  return features.map(({ input, column }) => {
    const given = Object.hasOwn(element, input) ? element[input] : undefined;
    return inputValue(given, column, { input, width: widths.get(input) ?? 0, where: `${where}[${JSON.stringify(input)}]` });
  });
}

/**
 * One of the values that an input takes for a row.
 * @throws SetosaError TENSOR_INVALID
 */
export function inputValue(
  given: unknown,
  column: number,
  { input, width, where }: { readonly input: string; readonly width: number; readonly where: string },
): unknown {
  const values = Array.isArray(given) ? given : [given];
  if (given === undefined || values.length !== width)
    throw new SetosaError("TENSOR_INVALID", `The input "${input}" takes ${width} values for each row.`, {
      path: where,
      hint: given === undefined ? "Send it too." : `Send a list of ${width} values.`,
    });
  return scalar(values[column], () => `${where}[${column}]`);
}

/** One row, or as many as its lists are long: KServe makes a data frame of each instance. */
function pushRows(rows: unknown[], element: Record<string, unknown>, where: string, check: (count: number) => void): void {
  const keys = Object.keys(element);
  const first = element[keys[0] ?? ""];
  const count = Array.isArray(first) ? first.length : 1;
  const several = count > 1 && keys.every((key) => Array.isArray(element[key]) && element[key].length === count);
  check(rows.length + (several ? count : 1));
  if (!several) {
    rows.push(Object.fromEntries(keys.map((key) => [key, scalar(element[key], () => `${where}[${JSON.stringify(key)}]`)] as const)));
    return;
  }
  for (let row = 0; row < count; row++) {
    const place = (key: string) => () => `${where}[${JSON.stringify(key)}][${row}]`;
    rows.push(Object.fromEntries(keys.map((key) => [key, scalar((element[key] as unknown[])[row], place(key))] as const)));
  }
}
