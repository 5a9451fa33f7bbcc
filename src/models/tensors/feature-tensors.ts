import { SetosaError } from "../../errors.ts";
import type { Graph } from "../../graph/graph.ts";
import type { Feature, Signature } from "../../graph/signature.ts";
import { isFloat } from "../../tensor/dtype.ts";
import { formatShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type ReadValue, valueReader } from "../feature-value.ts";
import type { RowSource } from "../row-source.ts";

interface Column {
  readonly feature: Feature;
  readonly read: ReadValue;
}

/** One of the graph's inputs, and what its columns mean. */
interface FeatureInput {
  readonly name: string;
  readonly columns: readonly Column[];
  /** All are floats without categories, so that what is wrong with one of them is wrong with its number. */
  readonly plain: boolean;
  /** All may be missing. */
  readonly missing: boolean;
}

/** Tensors that hold rows of features, checked as rows of JSON are. */
export class FeatureTensors {
  readonly #inputs: readonly FeatureInput[];
  /** By the signature's order: the input, and the column in it. */
  readonly #places: readonly (readonly [number, number])[];

  constructor(graph: Graph, { features }: Signature) {
    this.#inputs = graph.inputs.map(({ name }) => {
      const columns = features
        .filter(({ input }) => input === name)
        .sort((one, other) => one.column - other.column)
        .map((feature) => ({ feature, read: valueReader(feature) }));
      return {
        name,
        columns,
        plain: columns.every(({ feature: { dtype, categories } }) => isFloat(dtype) && categories === undefined),
        missing: columns.every(({ feature }) => feature.missing),
      };
    });
    this.#places = features.map(({ input, column }) => [graph.inputs.findIndex(({ name }) => name === input), column]);
  }

  /**
   * @param tensors In the order of the graph's inputs, of their dtypes
   * @returns how many rows they hold
   * @throws SetosaError TENSOR_INVALID, ROWS_EMPTY, FEATURE_…, CATEGORY_UNKNOWN
   */
  check(tensors: readonly Tensor[]): number {
    const rows = this.count(tensors);
    this.checkRows(tensors, 0, rows);
    return rows;
  }

  /**
   * As `check`, of the shapes alone.
   * @throws SetosaError TENSOR_INVALID, ROWS_EMPTY
   */
  count(tensors: readonly Tensor[]): number {
    const rows = tensors[0]?.shape[0] ?? 0;
    for (const [position, input] of this.#inputs.entries()) {
      const tensor = tensors[position] as Tensor;
      const width = input.columns.length;
      const { shape, data } = tensor;
      // One column may come as a list.
      const isTable = shape.length === 2 || (shape.length === 1 && width === 1);
      if (!isTable || shape[0] !== rows || data.length !== rows * width)
        throw new SetosaError(
          "TENSOR_INVALID",
          `"${input.name}" has the shape ${formatShape(shape)}, and the model takes ${formatShape([position === 0 ? "rows" : rows, width])}.`,
          { path: input.name, hint: "Send a row of values for each row, and as many rows in every input." },
        );
    }
    if (rows === 0) throw new SetosaError("ROWS_EMPTY", "The tensors hold no row.", { hint: "Send at least one row." });
    return rows;
  }

  /**
   * As `check`, of the values of rows `from` to `to` (without it).
   * @throws SetosaError FEATURE_…, CATEGORY_UNKNOWN
   */
  checkRows(tensors: readonly Tensor[], from: number, to: number): void {
    for (const [position, input] of this.#inputs.entries()) checkValues(input, tensors[position] as Tensor, from, to);
  }

  /** Rows of values in the order of the features, as a client would write them in JSON. */
  rows(tensors: readonly Tensor[], rows: number): RowSource {
    const value = (row: number, [input, column]: readonly [number, number]): unknown => {
      const { dtype, data } = tensors[input] as Tensor;
      const at = data[row * (this.#inputs[input] as FeatureInput).columns.length + column];
      return dtype === "bool" ? at === 1 : typeof at === "number" && Number.isNaN(at) ? null : at;
    };
    return { length: rows, at: (row) => (row < rows ? this.#places.map((place) => value(row, place)) : undefined) };
  }
}

function checkValues({ name, columns, plain, missing }: FeatureInput, { data, dtype }: Tensor, from: number, to: number): void {
  const width = columns.length;
  const [first, end] = [from * width, to * width];
  if (plain && isSound(data as Float32Array, missing, first, end)) return;
  for (let index = first; index < end; index++) {
    const { read } = columns[index % width] as Column;
    const value = data[index];
    read(dtype === "bool" ? value === 1 : value, () => `${name}[${Math.floor(index / width)}][${index % width}]`);
  }
}

/** One pass without a branch for each value: what is not finite makes the sum NaN. */
function isSound(data: Float32Array | Float64Array, missing: boolean, first: number, end: number): boolean {
  let sum = 0;
  if (missing) for (let index = first; index < end; index++) sum += Math.abs(data[index] as number) === Number.POSITIVE_INFINITY ? 1 : 0;
  else
    for (let index = first; index < end; index++) {
      const value = data[index] as number;
      sum += value - value;
    }
  return sum === 0;
}
