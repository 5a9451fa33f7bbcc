import { intAttribute } from "../../../graph/attributes.ts";
import { axisOf, countOf } from "../../axes.ts";
import { type Evaluate, malformed, numericInput } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";

/** Sums of the elements up to each one along an axis: from the end with `reverse`, without the element itself with `exclusive`. */
export const evaluateCumSum: Evaluate = (call) => {
  const { dtype, shape, data } = numericInput(call, 0);
  if (dtype === "bool") malformed(call, "its input is bool");
  const axis = axisOf(call, numericInput(call, 1).data[0] ?? 0, shape.length);
  const exclusive = intAttribute(call.node, "exclusive", 0) !== 0;
  const reverse = intAttribute(call.node, "reverse", 0) !== 0;
  const size = shape[axis] ?? 0;
  const inner = countOf(shape, axis + 1);
  const sums = new Float64Array(data.length);
  for (let group = 0; group * size < data.length; group++) {
    const start = Math.floor(group / inner) * size * inner + (group % inner);
    let sum = 0;
    for (let step = 0; step < size; step++) {
      const at = start + (reverse ? size - 1 - step : step) * inner;
      if (exclusive) sums[at] = sum;
      sum += data[at] ?? 0;
      if (!exclusive) sums[at] = sum;
    }
  }
  return [resultOf(call, dtype, shape, (index) => sums[index] ?? 0)];
};
