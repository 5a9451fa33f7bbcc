import { type Call, misfit, type NumericTensor, numericInput } from "./evaluate.ts";

/** The rows that an ai.onnx.ml operator reads. */
export interface Table {
  readonly input: NumericTensor;
  readonly rows: number;
  readonly columns: number;
  /** Copies of the rows, as numbers. */
  readonly values: readonly Float64Array[];
}

/** An input `[rows, columns]`, or `[columns]`, which is one row. */
export function tableInput(call: Call, position = 0): Table {
  const input = numericInput(call, position);
  if (input.shape.length !== 1 && input.shape.length !== 2) misfit(call, "it takes a table of rows");
  const columns = input.shape.at(-1) ?? 0;
  const rows = input.shape.length === 1 ? 1 : (input.shape[0] ?? 0);
  const values = Array.from({ length: rows }, (_, row) =>
    Float64Array.from({ length: columns }, (__, column) => input.data[row * columns + column] ?? 0),
  );
  return { input, rows, columns, values };
}
