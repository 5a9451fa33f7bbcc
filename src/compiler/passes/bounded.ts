import { SetosaError } from "../../errors.ts";
import { type Graph, isOpaque, type Node } from "../../graph/graph.ts";
import { ElementBudget } from "../../tensor/budget.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { EvaluateNode } from "./pass.ts";

/** What compiling may evaluate besides a multiple of what the file holds. */
const freeElements = 2 ** 24;
const perConstant = 16;

/** Operators that multiply every element of one input with many of another, and the products that they may take. */
const multiplying = new Set(["CDist", "Conv", "Einsum", "Gemm", "MatMul"]);
const mostProducts = 2 ** 34;

/**
 * Evaluation with an end: constants that are doubled thirty times in thirty nodes, or multiplied with each other, would
 * otherwise take whatever memory and time there is.
 */
export function bounded(evaluate: EvaluateNode | undefined, { constants }: Graph): EvaluateNode | undefined {
  if (evaluate === undefined) return undefined;
  let held = 0;
  for (const constant of constants.values()) if (!isOpaque(constant)) held += constant.data.length;
  const budget = new ElementBudget(freeElements + perConstant * held);
  return (node, inputs, opset) => {
    refuseLongProducts(node, inputs);
    return budget.run(() => evaluate(node, inputs, opset));
  };
}

function refuseLongProducts(node: Node, inputs: readonly (Tensor | undefined)[]): void {
  if (!multiplying.has(node.operator)) return;
  const products = inputs.reduce((product, input) => product * Math.max(1, input?.data.length ?? 1), 1);
  if (products > mostProducts)
    throw new SetosaError("OPERATOR_UNSUPPORTED", `${node.operator} (node "${node.name}") multiplies constants of too many elements.`, {
      path: node.name,
    });
}
