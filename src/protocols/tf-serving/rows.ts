import { SetosaError } from "../../errors.ts";
import type { Graph } from "../../graph/graph.ts";
import type { Feature, Signature } from "../../graph/signature.ts";
import { decodeBase64, isBase64 } from "./base64.ts";

/** Makes rows, as models take them, of the forms that clients of TensorFlow Serving and KServe send. */
export interface RowForms {
  /**
   * Each element is a list of values, an object of features, an object of named inputs, or a value where the model has one feature. A value
   * may stand in a list of its own, as tensors `[rows, 1]` and KServe's data frames have it.
   */
  instances(list: readonly unknown[], path: string): readonly unknown[];
}

/** A name for each position in the features' order. */
interface Input {
  readonly name: string;
  readonly width: number;
}

export function rowForms({ inputs }: Graph, { features }: Signature): RowForms {
  const known = new Set(features.map(({ name }) => name));
  const ownInputs: Input[] = inputs
    .filter(({ name }) => !known.has(name))
    .map(({ name }) => ({ name, width: features.filter(({ input }) => input === name).length }));
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
        rows.push(rowOfInputs(element as Record<string, unknown>, features, where));
      else rows.push(...rowsOfObject(element as Record<string, unknown>, where));
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

function isOfInputs(element: Record<string, unknown>, inputs: readonly Input[], features: ReadonlySet<string>): boolean {
  let any = false;
  for (const key in element) {
    if (features.has(key)) return false;
    any ||= inputs.some(({ name }) => name === key);
  }
  return any;
}

/** The features' values, in their order, from the lists of each input. */
function rowOfInputs(element: Record<string, unknown>, features: readonly Feature[], where: string): unknown[] {
  const names = new Set(features.map(({ input }) => input));
  const stranger = Object.keys(element).find((key) => !names.has(key));
  if (stranger !== undefined)
    throw new SetosaError("TENSOR_INVALID", `The model has no input ${JSON.stringify(stranger.slice(0, 80))}.`, {
      path: `${where}[${JSON.stringify(stranger.slice(0, 80))}]`,
      hint: `Its inputs are ${[...names].map((name) => JSON.stringify(name)).join(", ")}.`,
    });
  return features.map(({ input, column }) => {
    const place = `${where}[${JSON.stringify(input)}]`;
    const width = features.filter((other) => other.input === input).length;
    const given = Object.hasOwn(element, input) ? element[input] : undefined;
    const values = Array.isArray(given) ? given : [given];
    if (given === undefined || values.length !== width)
      throw new SetosaError("TENSOR_INVALID", `The input "${input}" takes ${width} values for each row.`, {
        path: place,
        hint: given === undefined ? "Send it too." : `Send a list of ${width} values.`,
      });
    return scalar(values[column], () => `${place}[${column}]`);
  });
}

/** One row, or as many as its lists are long: KServe makes a data frame of each instance. */
function rowsOfObject(element: Record<string, unknown>, where: string): Record<string, unknown>[] {
  const keys = Object.keys(element);
  const count = keys.reduce((most, key) => Math.max(most, Array.isArray(element[key]) ? element[key].length : 1), 0);
  if (count < 2 || !keys.every((key) => Array.isArray(element[key]) && element[key].length === count)) {
    const entries = keys.map((key) => [key, scalar(element[key], () => `${where}[${JSON.stringify(key)}]`)] as const);
    return [Object.fromEntries(entries)];
  }
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(
      keys.map((key) => [key, scalar((element[key] as unknown[])[row], () => `${where}[${JSON.stringify(key)}][${row}]`)] as const),
    ),
  );
}
