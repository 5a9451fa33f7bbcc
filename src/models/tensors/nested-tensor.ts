import { SetosaError } from "../../errors.ts";
import type { ValueInfo } from "../../graph/graph.ts";
import { allocate, type DType, type TensorData } from "../../tensor/dtype.ts";
import { elementCount, formatShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** No model that people serve has more dimensions, and recursion stays bounded. */
const maxRank = 16;

const ranges: Partial<Record<DType, readonly [number, number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32_768, 32_767],
  uint16: [0, 65_535],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  int64: [-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

/** Reads a value that is no list, which stands at `where`. */
export type ReadElement = (value: unknown, info: ValueInfo, where: () => string) => number | string;

/**
 * A tensor from nested lists of JSON values, checked against what the model declares of its input.
 * @param read For protocols whose elements are more than JSON's values
 * @throws SetosaError TENSOR_INVALID with the path of what is wrong
 */
export function readNested(nested: unknown, info: ValueInfo, path: string, read: ReadElement = readElement): Tensor {
  const shape = shapeOf(nested, info, path);
  if (shape.length !== info.shape.length || info.shape.some((declared, axis) => typeof declared === "number" && declared !== shape[axis]))
    throw invalid(`"${info.name}" has the shape ${formatShape(shape)}, and the model takes ${formatShape(info.shape)}.`, path);
  // Before anything is allocated: a first list may be long and the others empty.
  checkLengths(nested, shape, info, path);
  const data = allocate(info.dtype, elementCount(shape));
  const place = shape.map(() => 0);
  const where = () => path + place.map((index) => `[${index}]`).join("");
  let next = 0;
  const fill = (value: unknown, axis: number): void => {
    if (axis === place.length) {
      data[next] = read(value, info, where) as never;
      next++;
      return;
    }
    const list = value as readonly unknown[];
    for (let index = 0; index < list.length; index++) {
      place[axis] = index;
      fill(list[index], axis + 1);
    }
  };
  fill(nested, 0);
  return { dtype: info.dtype, shape, data } as Tensor;
}

/** Every list is as long as the others of its dimension. */
function checkLengths(nested: unknown, shape: readonly number[], { name }: ValueInfo, path: string): void {
  const place = shape.map(() => 0);
  const check = (value: unknown, axis: number): void => {
    if (!Array.isArray(value) || value.length !== shape[axis]) {
      const where = place.slice(0, axis).map((index) => `[${index}]`);
      const elements = Array.isArray(value) ? value.length : "no";
      throw invalid(
        `The lists of "${name}" differ in length: one has ${elements} elements where others have ${shape[axis]}.`,
        path + where.join(""),
      );
    }
    if (axis + 1 === shape.length) return;
    for (let index = 0; index < value.length; index++) {
      place[axis] = index;
      check(value[index], axis + 1);
    }
  };
  if (shape.length > 0) check(nested, 0);
}

/** The shape by the first element of every list. */
function shapeOf(nested: unknown, info: ValueInfo, path: string): number[] {
  const shape: number[] = [];
  for (let value = nested; Array.isArray(value); value = value[0]) {
    shape.push(value.length);
    if (shape.length > maxRank) throw invalid(`"${info.name}" nests deeper than ${maxRank} lists.`, path);
  }
  return shape;
}

/** @throws SetosaError TENSOR_INVALID */
export function readElement(value: unknown, info: ValueInfo, where: () => string): number | string {
  const { dtype, name } = info;
  if (dtype === "string") {
    if (typeof value === "string") return value;
  } else if (dtype === "bool") {
    if (typeof value === "boolean") return value ? 1 : 0;
  } else if (typeof value === "number") {
    const range = ranges[dtype];
    if (
      range === undefined
        ? Number.isFinite(dtype === "float32" ? Math.fround(value) : value)
        : Number.isInteger(value) && value >= range[0] && value <= range[1]
    )
      return value;
  }
  const shown =
    typeof value === "object" && value !== null ? (Array.isArray(value) ? "a list" : "an object") : JSON.stringify(value)?.slice(0, 60);
  throw invalid(`"${name}" takes ${dtype}, and an element is ${shown ?? String(value)}.`, where());
}

/** The tensor as nested lists; booleans as booleans, and what JSON cannot hold (NaN, infinities) as null. */
export function writeNested({ dtype, shape, data }: Tensor): unknown {
  const element = (index: number): unknown => {
    const value = (data as TensorData)[index] as number | string;
    if (dtype === "bool") return value !== 0;
    return typeof value === "number" && !Number.isFinite(value) ? null : value;
  };
  let next = 0;
  const build = (axis: number): unknown => {
    if (axis === shape.length) return element(next++);
    return Array.from({ length: shape[axis] as number }, () => build(axis + 1));
  };
  return build(0);
}

function invalid(message: string, path: string): SetosaError {
  return new SetosaError("TENSOR_INVALID", message, { path, hint: "Send nested lists, row by row, in the shape that the model declares." });
}
