import { stringAttribute } from "../../../graph/attributes.ts";
import { type Evaluate, malformed, misfit, type NumericTensor, numericInput, unsupported } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";

/**
 * com.microsoft's CDist: the distance of every row of the first table to every row of the second. ONNX Runtime has no
 * `cityblock`, which is here for what exporters write as a loop.
 */
export const evaluateCDist: Evaluate = (call) => {
  const [a, b] = [numericInput(call, 0), numericInput(call, 1)] as [NumericTensor, NumericTensor];
  const columns = a.shape[1] ?? 0;
  if (a.shape.length !== 2 || b.shape.length !== 2 || b.shape[1] !== columns) misfit(call, "they are not two tables of the same columns");
  if (a.dtype !== b.dtype) malformed(call, `its inputs are ${a.dtype} and ${b.dtype}`);
  const metric = stringAttribute(call.node, "metric") ?? "sqeuclidean";
  if (metric !== "euclidean" && metric !== "sqeuclidean" && metric !== "cityblock") unsupported(call, `the metric ${metric}`);
  const others = b.shape[0] ?? 0;
  return [
    resultOf(call, a.dtype, [a.shape[0] ?? 0, others], (index) => {
      let sum = 0;
      for (let column = 0; column < columns; column++) {
        const difference =
          (a.data[Math.floor(index / others) * columns + column] ?? 0) - (b.data[(index % others) * columns + column] ?? 0);
        sum += metric === "cityblock" ? Math.abs(difference) : difference * difference;
      }
      return metric === "euclidean" ? Math.sqrt(sum) : sum;
    }),
  ];
};
