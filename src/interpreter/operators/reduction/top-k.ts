import { intAttribute } from "../../../graph/attributes.ts";
import { axisOf, countOf } from "../../axes.ts";
import { type Evaluate, malformed, numericInput } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";

/** From this version k is an input. */
const kAsInput = 10;

/** The k largest (or smallest) along an axis, best first, and their positions; of equals the first comes first. */
export const evaluateTopK: Evaluate = (call) => {
  const { dtype, shape, data } = numericInput(call, 0);
  const axis = axisOf(call, intAttribute(call.node, "axis", -1), shape.length);
  const size = shape[axis] ?? 0;
  const k = call.opset < kAsInput ? intAttribute(call.node, "k", -1) : (numericInput(call, 1).data[0] ?? -1);
  if (!(Number.isInteger(k) && k >= 0 && k <= size)) malformed(call, `k is ${k} of ${size}`);
  const sign = intAttribute(call.node, "largest", 1) !== 0 ? 1 : -1;
  const inner = countOf(shape, axis + 1);
  const result = shape.map((dimension, index) => (index === axis ? k : dimension));
  const positions = new Float64Array(countOf(result));
  for (let group = 0; group < countOf(shape) / Math.max(size, 1); group++) {
    const start = Math.floor(group / inner) * size * inner + (group % inner);
    const at = (place: number): number => data[start + place * inner] ?? 0;
    const order = Array.from({ length: size }, (_, place) => place).sort((a, b) => sign * (at(b) - at(a)) || a - b);
    for (let place = 0; place < k; place++)
      positions[Math.floor(group / inner) * k * inner + place * inner + (group % inner)] = order[place] ?? 0;
  }
  const source = (index: number): number => {
    const block = Math.floor(index / inner);
    return (Math.floor(block / Math.max(k, 1)) * size + (positions[index] ?? 0)) * inner + (index % inner);
  };
  return [
    resultOf(call, dtype, result, (index) => data[source(index)] ?? 0),
    resultOf(call, "int64", result, (index) => positions[index] ?? 0),
  ];
};
