import { floatAttribute, intAttribute } from "../../graph/attributes.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { constantInput, type Lower, type LoweringNode, rowsInput, unsupported } from "../lowering.ts";
import type { RowsValue } from "../values.ts";
import { lowerDense, type Matrix, matrixOf, paddedColumns } from "./dense.ts";

/** A row times a constant matrix `[K, M]`. */
export const lowerMatMul: Lower = (node, lowering) => {
  const input = denseInput(node);
  const { shape, data } = denseWeights(node);
  const [rows, columns] = shape;
  if (shape.length !== 2 || rows !== input.width || columns === undefined)
    unsupported(node, "its weights are not a matrix with a row per column of the input");
  return lower(input, matrixOf(rows, columns, data), undefined, lowering);
};

/** alpha · x · B + beta · C, with B and C constants. */
export const lowerGemm: Lower = (node, lowering) => {
  const input = denseInput(node);
  if (intAttribute(node, "transA", 0) !== 0) unsupported(node, "it transposes the rows");
  const { shape, data } = denseWeights(node);
  const transposed = intAttribute(node, "transB", 0) !== 0;
  const [rows = 0, columns = 0] = transposed ? shape.toReversed() : shape;
  if (shape.length !== 2 || rows !== input.width) unsupported(node, "its weights are not a matrix with a row per column of the input");
  const alpha = floatAttribute(node, "alpha", 1);
  const weights = Float64Array.from({ length: rows * columns }, (_, index) => {
    const row = Math.floor(index / columns);
    const column = index % columns;
    return alpha * (data[transposed ? column * rows + row : index] as number);
  });
  return lower(input, matrixOf(rows, columns, weights), biasOf(node, columns), lowering);
};

function denseInput(node: LoweringNode): RowsValue {
  const input = rowsInput(node, 0);
  if (input.dtype !== "float32" && input.dtype !== "float64") unsupported(node, `its input is ${input.dtype}`);
  if (input.shape[0] !== "rows" || input.shape.length !== 2) unsupported(node, "its input is not a table of rows");
  return input;
}

function denseWeights(node: LoweringNode): { shape: Tensor["shape"]; data: ArrayLike<number> } {
  const { dtype, shape, data } = constantInput(node, 1);
  if (dtype === "string") unsupported(node, "its weights are strings");
  return { shape, data };
}

/** beta · C, which ONNX broadcasts to `[rows, columns]`. */
function biasOf(node: LoweringNode, columns: number): Float64Array | undefined {
  if (node.values[2] === undefined) return undefined;
  const { dtype, shape, data } = constantInput(node, 2);
  const perColumn = data.length === columns && shape.at(-1) === columns;
  if (dtype === "string" || !(perColumn || data.length === 1)) unsupported(node, "its bias is not a row");
  const beta = floatAttribute(node, "beta", 1);
  return Float64Array.from({ length: columns }, (_, column) => beta * (data[data.length === 1 ? 0 : column] as number));
}

function lower(input: RowsValue, matrix: Matrix, bias: Float64Array | undefined, lowering: Parameters<Lower>[1]): ReturnType<Lower> {
  const sums = lowering.allocate("float64", ["rows", paddedColumns(matrix.columns)]);
  const output = lowering.allocate(input.dtype, ["rows", matrix.columns]);
  const multiply = lowerDense(input, matrix, sums, lowering);
  const address = bias === undefined ? undefined : lowering.memory.constant(bias);
  return {
    outputs: [output],
    emit: (emitter) =>
      emitter.eachRow([input, sums, output], () => {
        multiply(emitter);
        emitter.elements(matrix.columns, (column) =>
          emitter.storeF64(output, column, () => {
            emitter.load(sums, column);
            if (address === undefined) return;
            emitter.loadConstant("float64", address, column);
            emitter.fn.op("f64.add");
          }),
        );
      }),
  };
}
