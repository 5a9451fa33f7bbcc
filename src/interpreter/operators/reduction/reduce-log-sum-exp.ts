import type { TensorOf } from "../../../tensor/tensor.ts";
import { broadcastPositions, broadcastShape } from "../../broadcast.ts";
import type { Evaluate } from "../../evaluate.ts";
import { numericInput } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";
import { evaluateReduceMax, evaluateReduceSum } from "./reduce.ts";

/** log Σ e^x, as max + log Σ e^(x - max): large scores do not overflow. */
export const evaluateReduceLogSumExp: Evaluate = (call) => {
  const { dtype, shape, data } = numericInput(call, 0);
  // Kept dimensions line up with the input; the node's own result has them or not.
  const keeping = {
    ...call,
    node: { ...call.node, attributes: new Map([...call.node.attributes, ["keepdims", { kind: "int", value: 1 }] as const]) },
  };
  const [largest] = evaluateReduceMax(keeping) as [TensorOf<"float64">];
  const positions = broadcastPositions(largest.shape, broadcastShape(largest.shape, shape) ?? shape);
  const finite = (index: number): number => (Number.isFinite(largest.data[index]) ? (largest.data[index] ?? 0) : 0);
  const powers = Float64Array.from(data as ArrayLike<number>, (value, index) => Math.exp(value - finite(positions[index] ?? 0)));
  // The same axes: they are an input of both from one version on, and an attribute before.
  const opset = call.opset < 18 ? Math.min(call.opset, 12) : call.opset;
  const [sums] = evaluateReduceSum({ ...call, opset, inputs: [{ dtype: "float64", shape, data: powers }, ...call.inputs.slice(1)] }) as [
    TensorOf<"float64">,
  ];
  return [resultOf(call, dtype, sums.shape, (index) => finite(index) + Math.log(sums.data[index] ?? 0))];
};
