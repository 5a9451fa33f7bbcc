import { intAttribute } from "../../../graph/attributes.ts";
import { type DType, isFloat } from "../../../tensor/dtype.ts";
import { onnxDTypes, onnxTypeName } from "../../../tensor/onnx-dtypes.ts";
import { type Tensor, tensor } from "../../../tensor/tensor.ts";
import { type Call, type Evaluate, failed, requiredInput, unsupported } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";
import { numberText, parseNumber } from "./number-text.ts";

/** Before this version the target type was a text. */
const typeByNumber = 6;

export const evaluateCast: Evaluate = (call) => {
  const input = requiredInput(call, 0);
  if (call.opset < typeByNumber) unsupported(call, `its form before opset ${typeByNumber}`);
  const number = intAttribute(call.node, "to", 0);
  return [cast(call, input, onnxDTypes.get(number) ?? unsupported(call, `the target type ${onnxTypeName(number)}`))];
};

/** To the type of its second input, of which nothing else is read. */
export const evaluateCastLike: Evaluate = (call) => [cast(call, requiredInput(call, 0), requiredInput(call, 1).dtype)];

function cast(call: Call, input: Tensor, to: DType): Tensor {
  if (to === input.dtype) return input;
  if (input.dtype === "string") return fromStrings(call, to, input);
  if (to !== "string") return resultOf(call, to, input.shape, (index) => convert(call, to, input.data[index] ?? 0));
  const { dtype, shape, data } = input;
  return tensor(
    "string",
    shape,
    Array.from(data, (value) => numberText(value, dtype)),
  );
}

function fromStrings(call: Call, to: DType, { shape, data }: Extract<Tensor, { dtype: "string" }>): Tensor {
  // ONNX Runtime has no conversion of texts to booleans either.
  if (to === "string" || to === "bool") return unsupported(call, `from string to ${to}`);
  return resultOf(call, to, shape, (index) => {
    const text = data[index] ?? "";
    return convert(call, to, parseNumber(text) ?? failed(call, `${JSON.stringify(text.slice(0, 80))} is not a number`));
  });
}

/** As C converts: towards zero; a bool is whether the number is not 0. */
function convert(call: Call, to: DType, value: number): number {
  if (isFloat(to)) return value;
  if (to === "bool") return value === 0 ? 0 : 1;
  if (to === "int64" && !(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) failed(call, `${value} is not an int64 within ±2^53`);
  return Math.trunc(value);
}
