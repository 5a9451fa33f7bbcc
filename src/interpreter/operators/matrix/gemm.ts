import { floatAttribute, intAttribute } from "../../../graph/attributes.ts";
import { broadcastPositions, broadcastShape } from "../../broadcast.ts";
import { type Call, type Evaluate, malformed, misfit, numericInput, unsupported } from "../../evaluate.ts";
import { inType, resultOf } from "../../result.ts";
import { dotProduct } from "./products.ts";

/** Before this version C was broadcast only where an attribute said so. */
const numpyBroadcasting = 7;

/** alpha · A' · B' + beta · C, where ' is an optional transposition; summed in float64 and rounded once. */
export const evaluateGemm: Evaluate = (call) => {
  if (call.opset < numpyBroadcasting) unsupported(call, `its form before opset ${numpyBroadcasting}`);
  const { node } = call;
  const a = numericInput(call, 0);
  const b = numericInput(call, 1);
  const { dtype } = a;
  if (dtype !== b.dtype || dtype === "bool") malformed(call, `its operands are ${dtype} and ${b.dtype}`);
  if (a.shape.length !== 2 || b.shape.length !== 2) misfit(call, "its operands are not matrices");
  const [rows, depth, aRow, aDepth] = oriented(a.shape, intAttribute(node, "transA", 0) !== 0);
  const [bDepth, columns, bRow, bColumn] = oriented(b.shape, intAttribute(node, "transB", 0) !== 0);
  if (depth !== bDepth) misfit(call, "the first's columns are not as many as the second's rows");

  const alpha = floatAttribute(node, "alpha", 1);
  const bias = biasOf(call, [rows, columns]);
  const element = (index: number): number => {
    const row = Math.floor(index / columns);
    const sum = dotProduct(a.data, row * aRow, aDepth, b.data, (index % columns) * bColumn, bRow, depth);
    return inType(dtype, alpha * sum + bias(index));
  };
  return [resultOf(call, dtype, [rows, columns], element)];
};

/** Rows, columns, and the steps from one of each to the next. */
function oriented(shape: readonly number[], transposed: boolean): [number, number, number, number] {
  const [rows = 0, columns = 0] = shape;
  return transposed ? [columns, rows, 1, columns] : [rows, columns, columns, 1];
}

/** beta · C at each element of the result. */
function biasOf(call: Call, shape: readonly number[]): (index: number) => number {
  if (call.inputs[2] === undefined) return () => 0;
  const bias = numericInput(call, 2);
  const together = broadcastShape(bias.shape, shape);
  if (together?.length !== shape.length || together.some((size, axis) => size !== shape[axis]))
    misfit(call, "the third does not broadcast to the product");
  const beta = floatAttribute(call.node, "beta", 1);
  const positions = broadcastPositions(bias.shape, shape);
  return (index) => beta * (bias.data[positions[index] ?? 0] ?? 0);
}
