import type { ModelDescription } from "../../../../../src/models/describe.ts";

type Inputs = ModelDescription["inputs"];
type Nested = number | string | boolean | readonly Nested[];

/** Elements of all inputs together that are written out for somebody to change. */
const mostElements = 4096;

/** Inputs that a model takes, with 1 for every size that is open: zeros, since nobody has said what the tensors mean. */
export function exampleInputs(inputs: Inputs): Readonly<Record<string, Nested>> {
  return Object.fromEntries(inputs.map(({ name, dtype, shape }) => [name, filled(shape.map(sizeOf), elementOf(dtype))]));
}

/** Whether the example is short enough to be read. */
export function isReadable(inputs: Inputs): boolean {
  return elements(inputs) <= mostElements;
}

export function elements(inputs: Inputs): number {
  return inputs.reduce((sum, { shape }) => sum + shape.map(sizeOf).reduce((product, size) => product * size, 1), 0);
}

function sizeOf(size: number | string | null): number {
  return typeof size === "number" ? size : 1;
}

function elementOf(dtype: string): Nested {
  if (dtype === "string") return "";
  return dtype === "bool" ? false : 0;
}

function filled([size, ...inner]: readonly number[], value: Nested): Nested {
  return size === undefined ? value : Array.from({ length: size }, () => filled(inner, value));
}
