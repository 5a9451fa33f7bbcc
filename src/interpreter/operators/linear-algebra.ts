import { floatAttribute, intAttribute } from "../../graph/attributes.ts";
import type { Node } from "../../graph/graph.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type Evaluate, fromNumbers, numbers, required, rowsOf, unsupported } from "../evaluate.ts";

/** Sums in float64 and rounds once: the published numerics policy for products. */
export const matMul: Evaluate = (node, inputs) => {
  const a = required(node, inputs, 0);
  const b = required(node, inputs, 1);
  if (a.shape.length !== 2 || b.shape.length !== 2) unsupported(node, "its operands are not matrices");
  return [fromRows(node, a, multiply(node, rowsOf(node, a), rowsOf(node, b)))];
};

export const gemm: Evaluate = (node, inputs) => {
  const a = required(node, inputs, 0);
  const b = required(node, inputs, 1);
  const c = inputs[2];
  const left = intAttribute(node, "transA", 0) === 0 ? rowsOf(node, a) : transpose(rowsOf(node, a));
  const right = intAttribute(node, "transB", 0) === 0 ? rowsOf(node, b) : transpose(rowsOf(node, b));
  const alpha = floatAttribute(node, "alpha", 1);
  const beta = floatAttribute(node, "beta", 1);
  const bias = c === undefined ? () => 0 : broadcastBias(node, c);
  const result = multiply(node, left, right).map((row, i) => row.map((value, j) => alpha * value + beta * bias(i, j)));
  return [fromRows(node, a, result)];
};

function broadcastBias(node: Node, c: Tensor): (row: number, column: number) => number {
  const data = numbers(node, c);
  const rows = c.shape.length > 1 ? (c.shape[0] as number) : 1;
  const columns = c.shape.at(-1) ?? 1;
  return (row, column) => data[(rows === 1 ? 0 : row) * columns + (columns === 1 ? 0 : column)] as number;
}

function multiply(node: Node, a: number[][], b: number[][]): number[][] {
  return a.map((row) => {
    if (row.length !== b.length) unsupported(node, "its operands' shapes do not fit");
    return (b[0] ?? []).map((_, column) => row.reduce((sum, value, k) => sum + value * (b[k]?.[column] as number), 0));
  });
}

function transpose(rows: number[][]): number[][] {
  return (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] as number));
}

function fromRows(node: Node, like: Tensor, rows: number[][]): Tensor {
  return fromNumbers(node, like.dtype, [rows.length, rows[0]?.length ?? 0], rows.flat());
}
