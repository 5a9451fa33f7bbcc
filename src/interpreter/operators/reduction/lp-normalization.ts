import { intAttribute } from "../../../graph/attributes.ts";
import { isFloat } from "../../../tensor/dtype.ts";
import { axisOf, countOf } from "../../axes.ts";
import { type Evaluate, malformed, numericInput } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";

/** Divided by the norm along an axis: the sum of sizes (p = 1) or the root of the sum of squares; a norm of 0 gives 0. */
export const evaluateLpNormalization: Evaluate = (call) => {
  const { dtype, shape, data } = numericInput(call, 0);
  const p = intAttribute(call.node, "p", 2);
  if (!isFloat(dtype) || (p !== 1 && p !== 2)) malformed(call, `its input is ${dtype} and p is ${p}`);
  const axis = axisOf(call, intAttribute(call.node, "axis", -1), shape.length);
  const size = shape[axis] ?? 1;
  const inner = countOf(shape, axis + 1);
  return [
    resultOf(call, dtype, shape, (index) => {
      const start = Math.floor(index / (size * inner)) * size * inner + (index % inner);
      let sum = 0;
      for (let place = 0; place < size; place++) sum += Math.abs(data[start + place * inner] ?? 0) ** p;
      const norm = p === 1 ? sum : Math.sqrt(sum);
      return norm === 0 ? 0 : (data[index] ?? 0) / norm;
    }),
  ];
};
