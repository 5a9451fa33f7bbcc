import { categoryMapping, type LabelMapping, labelMapping, nanIsKey } from "../../../graph/label-encoder.ts";
import { type Tensor, tensor } from "../../../tensor/tensor.ts";
import { type Call, type Evaluate, type NumericTensor, requiredInput } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";

/** The value of each key, or the default; of equal keys the first counts. */
function mapped(mappingOf: typeof labelMapping): Evaluate {
  return (call) => map(call, mappingOf(call.node, requiredInput(call, 0).dtype));
}

export const evaluateLabelEncoder = mapped(labelMapping);
export const evaluateCategoryMapper = mapped(categoryMapping);

function map(call: Call, { keys, values, fallback }: LabelMapping): readonly Tensor[] {
  const input = requiredInput(call, 0);
  const positions = new Map<string | number, number>();
  Array.from<string | number>(keys.data).forEach((key, position) => {
    if (!positions.has(key)) positions.set(key, position);
  });
  const at = (index: number): string | number => {
    const key = input.data[index] ?? 0;
    const position = Number.isNaN(key) && call.opset < nanIsKey ? undefined : positions.get(key);
    return (position === undefined ? fallback.data[0] : values.data[position]) ?? 0;
  };
  if (values.dtype !== "string") return [resultOf(call, (values as NumericTensor).dtype, input.shape, (index) => Number(at(index)))];
  return [
    tensor(
      "string",
      input.shape,
      Array.from({ length: input.data.length }, (_, index) => String(at(index))),
    ),
  ];
}
