import { broadcastPositions, broadcastShape } from "../../broadcast.ts";
import { type Evaluate, malformed, misfit, numericInput } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";
import { dotProduct } from "./products.ts";

/** numpy's matmul: matrices in the last two dimensions, the others broadcast; a list is a row on the left, a column on the right. */
export const evaluateMatMul: Evaluate = (call) => {
  const a = numericInput(call, 0);
  const b = numericInput(call, 1);
  if (a.dtype !== b.dtype || a.dtype === "bool") malformed(call, `its operands are ${a.dtype} and ${b.dtype}`);
  if (a.shape.length === 0 || b.shape.length === 0) misfit(call, "a single number is no matrix");
  const left = a.shape.length === 1 ? [1, ...a.shape] : a.shape;
  const right = b.shape.length === 1 ? [...b.shape, 1] : b.shape;
  const [rows = 0, depth = 0] = left.slice(-2);
  const [rightDepth = 0, columns = 0] = right.slice(-2);
  if (depth !== rightDepth) misfit(call, "the first's columns are not as many as the second's rows");
  const batch = broadcastShape(left.slice(0, -2), right.slice(0, -2)) ?? misfit(call, "their outer dimensions differ");
  const leftBatch = broadcastPositions(left.slice(0, -2), batch);
  const rightBatch = broadcastPositions(right.slice(0, -2), batch);

  const shape = [...batch, ...(a.shape.length === 1 ? [] : [rows]), ...(b.shape.length === 1 ? [] : [columns])];
  const element = (index: number): number => {
    const matrix = Math.floor(index / (rows * columns));
    const row = Math.floor(index / columns) % rows;
    const leftStart = ((leftBatch[matrix] ?? 0) * rows + row) * depth;
    const rightStart = (rightBatch[matrix] ?? 0) * depth * columns + (index % columns);
    return dotProduct(a.data, leftStart, 1, b.data, rightStart, columns, depth);
  };
  return [resultOf(call, a.dtype, shape, element)];
};
