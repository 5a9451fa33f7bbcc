import { floatAttribute } from "../../../graph/attributes.ts";
import { type Evaluate, malformed, numericInput } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";

/** 1 above the threshold, else 0: also for NaN, which ONNX Runtime refuses. */
export const evaluateBinarizer: Evaluate = (call) => {
  const { dtype, shape, data } = numericInput(call, 0);
  if (dtype === "bool") malformed(call, "its input is bool");
  const threshold = floatAttribute(call.node, "threshold", 0);
  return [resultOf(call, dtype, shape, (index) => ((data[index] ?? 0) > threshold ? 1 : 0))];
};
