import type { DType, TensorData } from "../tensor/dtype.ts";
import { allocate } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** The rows that all tensors have; undefined where one has none, or another number of them. */
export function rowCount(tensors: readonly Tensor[]): number | undefined {
  const rows = tensors[0]?.shape[0];
  return rows !== undefined && rows > 0 && tensors.every(({ shape }) => shape[0] === rows) ? rows : undefined;
}

/** What two requests have in common that can be one: element types and shapes of a row. */
export function batchKey(tensors: readonly Tensor[]): string {
  return tensors.map(({ dtype, shape }) => `${dtype}[${shape.slice(1).join(",")}]`).join(" ");
}

/** The rows of all parts, one after the other. All parts have the same key. */
export function joinRows(parts: readonly (readonly Tensor[])[]): Tensor[] {
  const [first = []] = parts;
  return first.map((tensor, input) => {
    const same = parts.map((part) => part[input] as Tensor);
    const rows = same.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
    const { dtype, shape } = tensor;
    return { dtype, shape: [rows, ...shape.slice(1)], data: joinData(dtype, same) } as Tensor;
  });
}

function joinData(dtype: DType, tensors: readonly Tensor[]): TensorData {
  if (dtype === "string") return tensors.flatMap(({ data }) => data as string[]);
  const joined = allocate(
    dtype,
    tensors.reduce((sum, { data }) => sum + data.length, 0),
  ) as Float64Array;
  let at = 0;
  for (const { data } of tensors) {
    joined.set(data as Float64Array, at);
    at += data.length;
  }
  return joined;
}

/**
 * The rows of `tensors` as they were joined: one list of tensors for each of `counts`. Numbers are views.
 * @returns undefined where a tensor does not have as many rows as all counts together
 */
export function splitRows(tensors: readonly Tensor[], counts: readonly number[]): Tensor[][] | undefined {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  if (!tensors.every(({ shape }) => shape[0] === rows)) return undefined;
  let from = 0;
  return counts.map((count) => {
    const start = from;
    from += count;
    return tensors.map(({ dtype, shape, data }) => {
      const width = data.length / rows;
      const [begin, end] = [start * width, (start + count) * width];
      const part = Array.isArray(data) ? data.slice(begin, end) : data.subarray(begin, end);
      return { dtype, shape: [count, ...shape.slice(1)], data: part } as Tensor;
    });
  });
}
