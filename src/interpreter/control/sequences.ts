import { intAttribute } from "../../graph/attributes.ts";
import { type Tensor, tensor } from "../../tensor/tensor.ts";
import { axisOf } from "../axes.ts";
import { failed, malformed } from "../evaluate.ts";
import { type ControlCall, type EvaluateControl, scalarOf, sequence, sequenceOf, tensorOf } from "./control.ts";
import { joined, part, stacked, withoutAxis } from "./stack.ts";

export const evaluateSequenceConstruct: EvaluateControl = (call) => [
  sequence(call.inputs.map((value, index) => tensorOf(call, value, `its input ${index}`))),
];

export const evaluateSequenceEmpty: EvaluateControl = () => [sequence([])];

export const evaluateSequenceAt: EvaluateControl = (call) => {
  const { items } = sequenceOf(call, call.inputs[0]);
  return [items[positionIn(call, items.length, 1)] as Tensor];
};

export const evaluateSequenceInsert: EvaluateControl = (call) => {
  const { items } = sequenceOf(call, call.inputs[0]);
  const at = call.inputs[2] === undefined ? items.length : positionIn(call, items.length + 1, 2, items.length);
  return [sequence(items.toSpliced(at, 0, tensorOf(call, call.inputs[1], "its tensor")))];
};

export const evaluateSequenceErase: EvaluateControl = (call) => {
  const { items } = sequenceOf(call, call.inputs[0]);
  return [sequence(items.toSpliced(call.inputs[1] === undefined ? items.length - 1 : positionIn(call, items.length, 1), 1))];
};

export const evaluateSequenceLength: EvaluateControl = (call) => [
  tensor("int64", [], Float64Array.of(sequenceOf(call, call.inputs[0]).items.length)),
];

export const evaluateConcatFromSequence: EvaluateControl = (call) => {
  const { items } = sequenceOf(call, call.inputs[0]);
  const [first] = items;
  if (first === undefined) return failed({ ...call, inputs: [] }, "its list is empty");
  const axis = intAttribute(call.node, "axis", 0);
  return [intAttribute(call.node, "new_axis", 0) === 1 ? stacked(call, items, axis) : joined(call, items, axis)];
};

/** Equal parts, parts of given sizes, or without sizes elements, which lose the axis unless `keepdims` says otherwise. */
export const evaluateSplitToSequence: EvaluateControl = (call) => {
  const input = tensorOf(call, call.inputs[0], "its input");
  const own = { ...call, inputs: [input] };
  const axis = axisOf(own, intAttribute(call.node, "axis", 0), input.shape.length);
  const size = input.shape[axis] ?? 0;
  const given = call.inputs[1] === undefined ? undefined : tensorOf(call, call.inputs[1], "its sizes");
  const sizes = partSizes(call, given, size);
  let start = 0;
  const parts = sizes.map((count) => {
    start += count;
    return part(own, input, axis, start - count, count);
  });
  const drops = given === undefined && intAttribute(call.node, "keepdims", 1) === 0;
  return [sequence(drops ? parts.map((item) => withoutAxis(item, axis)) : parts)];
};

function partSizes(call: ControlCall, given: Tensor | undefined, size: number): number[] {
  if (given === undefined) return new Array<number>(size).fill(1);
  const numbers = Array.from(given.data as ArrayLike<number>);
  if (given.shape.length > 0) {
    if (numbers.some((count) => count < 0) || numbers.reduce((sum, count) => sum + count, 0) !== size)
      malformed(call, `parts of ${numbers.join(", ")} are not ${size}`);
    return numbers;
  }
  const [each = 0] = numbers;
  if (!(each >= 1)) malformed(call, `parts of ${each}`);
  return Array.from({ length: Math.ceil(size / each) }, (_, index) => Math.min(each, size - index * each));
}

/** A position in a list of this length, counted from its end where it is below 0. */
function positionIn(call: ControlCall, length: number, input: number, end = length): number {
  const given = scalarOf(call, call.inputs[input], "its position") ?? malformed(call, "its position is absent");
  const at = given < 0 ? given + end : given;
  return at >= 0 && at < length ? at : failed({ ...call, inputs: [] }, `there is no position ${given} in its list`);
}
