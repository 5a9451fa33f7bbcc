import { type Evaluate, requiredInput, unsupported } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";

/** Before this version an attribute said whether the model is trained. */
const withoutTraining = 7;
/** Until this version the mask says what was dropped as ONNX Runtime reads it: nothing; since then what was kept. */
const keptMask = 12;
/** Until this version the mask is of the input's type. */
const boolMask = 10;

/** What dropping out is outside of training: nothing. */
export const evaluateDropout: Evaluate = (call) => {
  if (call.opset < withoutTraining) unsupported(call, `its form before opset ${withoutTraining}`);
  const input = requiredInput(call, 0);
  if (call.inputs[2]?.data.some((flag) => flag !== 0) === true) unsupported(call, "it trains");
  if ((call.node.outputs[1] ?? "") === "") return [input];
  const dtype = call.opset < boolMask ? input.dtype : "bool";
  if (dtype === "string") return unsupported(call, "strings");
  const mask = call.opset < keptMask ? 0 : 1;
  return [input, resultOf(call, dtype, input.shape, () => mask)];
};
