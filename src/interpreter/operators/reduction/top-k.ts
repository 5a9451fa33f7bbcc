import { intAttribute } from "../../../graph/attributes.ts";
import { axisOf, countOf } from "../../axes.ts";
import { type Evaluate, malformed, numericInput } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";

/** From this version k is an input. */
const kAsInput = 10;

/**
 * The k largest (or smallest) along an axis, best first, and their positions; of equals the first comes first. NaN is better
 * than nothing and nothing is better than NaN: the order of the elements decides, as in the kernel. ONNX leaves it open.
 */
export const evaluateTopK: Evaluate = (call) => {
  const { dtype, shape, data } = numericInput(call, 0);
  const axis = axisOf(call, intAttribute(call.node, "axis", -1), shape.length);
  const size = shape[axis] ?? 0;
  const k = call.opset < kAsInput ? intAttribute(call.node, "k", -1) : (numericInput(call, 1).data[0] ?? -1);
  if (!(Number.isInteger(k) && k >= 0 && k <= size)) malformed(call, `k is ${k} of ${size}`);
  const largest = intAttribute(call.node, "largest", 1) !== 0;
  const inner = countOf(shape, axis + 1);
  const result = shape.map((dimension, index) => (index === axis ? k : dimension));
  const positions = new Float64Array(countOf(result));
  for (let group = 0; group < countOf(shape) / Math.max(size, 1); group++) {
    const start = Math.floor(group / inner) * size * inner + (group % inner);
    const at = (place: number): number => data[start + place * inner] ?? 0;
    const order = best(size, k, (a, b) => (largest ? at(a) > at(b) : at(a) < at(b)));
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

/** Each element is put before the worse ones among the best so far. */
function best(size: number, k: number, isBetter: (a: number, b: number) => boolean): number[] {
  const order: number[] = [];
  for (let element = 0; element < size; element++) {
    let place = Math.min(order.length, k);
    if (place === k && (k === 0 || !isBetter(element, order[k - 1] as number))) continue;
    place = Math.min(place, k - 1);
    while (place > 0 && isBetter(element, order[place - 1] as number)) place--;
    order.splice(place, 0, element);
    if (order.length > k) order.pop();
  }
  return order;
}
