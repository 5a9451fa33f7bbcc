import { floatAttribute, intAttribute } from "../../graph/attributes.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { constantInput, type Lower, type Lowered, type Lowering, type LoweringNode, rowsInput, unsupported } from "../lowering.ts";
import type { Dimension, RowsValue } from "../values.ts";
import { lowerSingle } from "./dense/single.ts";
import { lowerDense, type Matrix, matrixOf, paddedColumns } from "./dense.ts";

/** A row times a constant matrix `[K, M]`, or a constant list `[K]`, which gives a number. */
export const lowerMatMul: Lower = (node, lowering) => {
  const input = denseInput(node);
  const { shape, data } = denseWeights(node);
  if (shape.length === 1 && shape[0] === input.width)
    return lower(node, input, matrixOf(input.width, 1, data), undefined, lowering, ["rows"]);
  const [rows, columns] = shape;
  if (shape.length !== 2 || rows !== input.width || columns === undefined)
    unsupported(node, "its weights are not a matrix with a row per column of the input");
  return lower(node, input, matrixOf(rows, columns, data), undefined, lowering);
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
  return lower(node, input, matrixOf(rows, columns, weights), biasOf(node, columns), lowering);
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

/** What is added to a row's products: constants, or a value of the row times a factor. */
type Bias = { readonly constants: Float64Array } | { readonly rows: RowsValue; readonly factor: number };

/** beta · C, which ONNX broadcasts to `[rows, columns]`. */
function biasOf(node: LoweringNode, columns: number): Bias | undefined {
  const value = node.values[2];
  if (value === undefined) return undefined;
  const beta = floatAttribute(node, "beta", 1);
  if (value.kind === "rows") {
    const fits = value.shape.length === 2 && value.shape[0] === "rows" && (value.width === columns || value.width === 1);
    if (!fits || value.dtype === "string" || value.dtype === "bool") unsupported(node, "what it adds is not a row");
    return { rows: value, factor: beta };
  }
  const { dtype, shape, data } = constantInput(node, 2);
  const perColumn = data.length === columns && shape.at(-1) === columns;
  if (dtype === "string" || !(perColumn || data.length === 1)) unsupported(node, "its bias is not a row");
  return { constants: Float64Array.from({ length: columns }, (_, column) => beta * (data[data.length === 1 ? 0 : column] as number)) };
}

/** @param shape The output's, `["rows", columns]` by default */
function lower(
  node: LoweringNode,
  input: RowsValue,
  matrix: Matrix,
  bias: Bias | undefined,
  lowering: Lowering,
  shape: readonly Dimension[] = ["rows", matrix.columns],
): Lowered {
  lowering.products += matrix.rows * matrix.columns;
  const constants = bias !== undefined && "constants" in bias ? bias.constants : undefined;
  if (
    node.hidden &&
    lowering.simd &&
    input.dtype === "float32" &&
    matrix.data instanceof Float32Array &&
    (bias === undefined || constants !== undefined)
  )
    return lowerHidden(input, matrix, constants, lowering);
  const sums = lowering.allocate("float64", ["rows", paddedColumns(matrix.columns)]);
  const output = lowering.allocate(input.dtype, shape);
  const multiply = lowerDense(input, matrix, sums, lowering);
  const address = constants === undefined ? undefined : lowering.memory.constant(constants);
  const added = bias !== undefined && "rows" in bias ? [bias.rows] : [];
  return {
    outputs: [output],
    emit: (emitter) =>
      emitter.eachRow([input, sums, output, ...added], () => {
        multiply(emitter);
        emitter.elements(matrix.columns, (column) =>
          emitter.storeF64(output, column, () => {
            emitter.load(sums, column);
            if (bias === undefined) return;
            if ("rows" in bias) {
              emitter.loadF64(bias.rows, bias.rows.width === 1 ? 0 : column);
              if (bias.factor !== 1) emitter.fn.const("f64", bias.factor).op("f64.mul");
            } else if (address !== undefined) emitter.loadConstant("float64", address, column);
            emitter.fn.op("f64.add");
          }),
        );
      }),
  };
}

/** With sums in float32, as networks are trained: see `lowerSingle` and the numerics in docs/architecture.md. */
function lowerHidden(input: RowsValue, matrix: Matrix, bias: Float64Array | undefined, lowering: Lowering): Lowered {
  const output = lowering.allocate("float32", ["rows", matrix.columns]);
  const multiply = lowerSingle(input, matrix, output, lowering);
  const address = bias === undefined ? undefined : lowering.memory.constant(Float32Array.from(bias));
  return {
    outputs: [output],
    emit: (emitter) =>
      emitter.eachRow([input, output], () => {
        multiply(emitter);
        if (address === undefined) return;
        emitter.fours(
          matrix.columns,
          (column) =>
            emitter.store4(output, column, () => {
              emitter.load4(output, column);
              emitter.loadConstant4(address, column);
              emitter.fn.op("f32x4.add");
            }),
          (column) =>
            emitter.store(output, column, () => {
              emitter.load(output, column);
              emitter.loadConstant("float32", address, column);
              emitter.fn.op("f32.add");
            }),
        );
      }),
  };
}
