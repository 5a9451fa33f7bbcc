import { isOpaque } from "../graph/graph.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";
import { type Lowered, type Lowering, type LoweringNode, unsupported } from "./lowering.ts";
import { type Dimension, isStored, type RowsValue, type ShapeValue, storages, strideOf, type Value } from "./values.ts";

/** Counts of rows that a node is tried with: what is the same for all of them is a constant, what is equal to each is the count. */
export const rowCounts = [2, 3, 7] as const;

/** A value that is the same for every row, as it is for this many of them. */
export function tensorForRows(node: LoweringNode, value: Value, rows: number): Tensor {
  if (value.kind === "shape") {
    const data = Float64Array.from(value.entries, (entry) => (entry === "rows" ? rows : entry));
    return value.dtype === "int64" ? tensor("int64", value.shape, data) : tensor("int32", value.shape, Int32Array.from(data));
  }
  if (value.kind === "rows" || value.kind === "flat") return unsupported(node, "it depends on the row where it has to be the same for all");
  return isOpaque(value.constant) ? unsupported(node, `an input is ${value.constant.what}`) : value.constant;
}

/** Whether the node reads nothing but constants and the number of rows. */
export function readsRowCount({ values }: LoweringNode): boolean {
  return values.some((value) => value?.kind === "shape") && values.every((value) => value?.kind !== "rows" && value?.kind !== "flat");
}

/** Lowers a node that reads nothing but constants and the number of rows: to a constant, to dimensions, or to equal rows. */
export function lowerRowCount(node: LoweringNode, lowering: Lowering): Lowered {
  const runs = rowCounts.map((rows) =>
    lowering.evaluate(
      node,
      node.values.map((value) => (value === undefined ? undefined : tensorForRows(node, value, rows))),
    ),
  );
  return {
    outputs: node.outputs.map((_, position) =>
      resultValue(
        node,
        runs.map((outputs) => outputs[position] as Tensor),
        lowering,
      ),
    ),
  };
}

function resultValue(node: LoweringNode, results: readonly Tensor[], lowering: Lowering): Value {
  const [first] = results as [Tensor];
  const isSameShape = results.every(({ shape }) => shape.join() === first.shape.join());
  if (!isSameShape) return equalRows(node, results, lowering);
  const entries = Array.from(first.data as ArrayLike<number | string>, (entry, index): Dimension | string | undefined => {
    if (results.every(({ data }) => Object.is(data[index], entry))) return entry;
    return results.every(({ data }, run) => data[index] === rowCounts[run]) ? "rows" : undefined;
  });
  if (entries.every((entry, index) => Object.is(entry, first.data[index]))) return { kind: "constant", constant: first };
  if ((first.dtype !== "int64" && first.dtype !== "int32") || entries.includes(undefined))
    unsupported(node, "it computes with the number of rows");
  return { kind: "shape", dtype: first.dtype, shape: first.shape, entries: entries as Dimension[] } satisfies ShapeValue;
}

/** As many equal rows as there are: laid out once, for a whole block. */
function equalRows(node: LoweringNode, results: readonly Tensor[], lowering: Lowering): RowsValue {
  const [first] = results as [Tensor];
  const axis = first.shape.findIndex((size, at) => results.some(({ shape }) => shape[at] !== size));
  const width = first.data.length / rowCounts[0];
  const isRows = results.every(
    ({ shape, data }, run) =>
      shape.length === first.shape.length &&
      shape.every((size, at) => (at === axis ? size === rowCounts[run] : size === first.shape[at])) &&
      shape.slice(0, axis).every((size) => size === 1) &&
      Array.from(data as ArrayLike<number | string>).every((value, index) => Object.is(value, first.data[index % width])),
  );
  if (!isRows || !isStored(first.dtype)) unsupported(node, "it computes with the number of rows");
  const row =
    first.dtype === "string"
      ? first.data.slice(0, width).map((text) => lowering.vocabulary.add(text))
      : Array.from(first.data).slice(0, width);
  const rows = lowering.rowsOf(strideOf({ dtype: first.dtype, width }));
  const block = Array.from({ length: rows * width }, (_, index) => row[index % width] as number);
  const { type, log2Bytes } = storages[first.dtype];
  const data =
    type === "f32"
      ? Float32Array.from(block)
      : type === "f64"
        ? Float64Array.from(block)
        : log2Bytes === 0
          ? Uint8Array.from(block)
          : Int32Array.from(block);
  const shape = first.shape.map((size, at): Dimension => (at === axis ? "rows" : size));
  return { kind: "rows", dtype: first.dtype, shape, width, address: lowering.memory.constant(data) };
}
