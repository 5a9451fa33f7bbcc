import { floatAttribute } from "../../../graph/attributes.ts";
import { isFloat, largestFinite } from "../../../tensor/dtype.ts";
import { type Call, type Evaluate, malformed, numericInput } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";

/** From this version on the bounds are inputs. */
const boundsAsInputs = 11;

/**
 * Between two bounds. NaN stays NaN; a lower bound above the upper one gives the upper one. One that is absent is
 * the type's last finite number in ONNX Runtime, so that an infinity does not pass.
 */
export const evaluateClip: Evaluate = (call) => {
  const { dtype, shape, data } = numericInput(call, 0);
  if (dtype === "bool") malformed(call, "its input is bool");
  const limit = isFloat(dtype) ? largestFinite(dtype) : Number.POSITIVE_INFINITY;
  const { node, opset } = call;
  const low = opset < boundsAsInputs ? floatAttribute(node, "min", -limit) : (bound(call, 1) ?? -limit);
  const high = opset < boundsAsInputs ? floatAttribute(node, "max", limit) : (bound(call, 2) ?? limit);
  return [resultOf(call, dtype, shape, (index) => Math.min(Math.max(data[index] ?? 0, low), high))];
};

function bound(call: Call, position: number): number | undefined {
  if (call.inputs[position] === undefined) return undefined;
  const { dtype, data } = numericInput(call, position);
  if (data.length !== 1 || dtype !== numericInput(call, 0).dtype)
    malformed(call, `its bound ${position} is not one number of its input's type`);
  return data[0];
}
