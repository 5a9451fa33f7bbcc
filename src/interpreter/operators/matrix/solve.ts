import { intAttribute } from "../../../graph/attributes.ts";
import { solveLinear } from "../../../tensor/solve-linear.ts";
import { type Evaluate, failed, malformed, misfit, numericInput, unsupported } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";

/** X of A·X = Y, for a square matrix and a list or table, as skl2onnx means it: no runtime has the operator. */
export const evaluateSolve: Evaluate = (call) => {
  const [a, y] = [numericInput(call, 0), numericInput(call, 1)];
  const [size = 0, columns] = a.shape;
  if (a.shape.length !== 2 || columns !== size || y.shape.length > 2 || y.shape[0] !== size) misfit(call, "it is no system of equations");
  if (a.dtype !== y.dtype) malformed(call, `its inputs are ${a.dtype} and ${y.dtype}`);
  if (intAttribute(call.node, "lower", 0) !== 0) unsupported(call, "it reads half of its matrix only");
  const transposed = intAttribute(call.node, "transposed", 0) !== 0;
  const matrix = Float64Array.from(a.data, (value, index) =>
    transposed ? (a.data[(index % size) * size + Math.floor(index / size)] as number) : value,
  );
  const solution = solveLinear(matrix, size, Float64Array.from(y.data)) ?? failed(call, "its equations contradict or repeat each other");
  return [resultOf(call, y.dtype, y.shape, (index) => solution[index] as number)];
};
