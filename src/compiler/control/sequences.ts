import { intAttribute } from "../../graph/attributes.ts";
import { isOpaque } from "../../graph/graph.ts";
import { tensor } from "../../tensor/tensor.ts";
import { unsupported } from "../lowering.ts";
import type { Value } from "../values.ts";
import {
  type ControlNode,
  constant,
  int,
  join,
  knownNumber,
  knownTensor,
  type ListValue,
  type LowerControl,
  listValue,
  stack,
  tensorValue,
  wholeNumber,
} from "./control.ts";

function list(items: readonly Value[]): ListValue {
  return { kind: "list", items };
}

export const lowerSequenceConstruct: LowerControl = (call) => [
  list(call.inputs.map((value, index) => tensorValue(call, value, `its input ${index}`))),
];

export const lowerSequenceEmpty: LowerControl = () => [list([])];

export const lowerSequenceAt: LowerControl = (call) => {
  const { items } = listValue(call, call.inputs[0]);
  return [items[positionIn(call, items.length, 1)] as Value];
};

export const lowerSequenceInsert: LowerControl = (call) => {
  const { items } = listValue(call, call.inputs[0]);
  const at = call.inputs[2] === undefined ? items.length : positionIn(call, items.length + 1, 2, items.length);
  return [list(items.toSpliced(at, 0, tensorValue(call, call.inputs[1], "its tensor")))];
};

export const lowerSequenceErase: LowerControl = (call) => {
  const { items } = listValue(call, call.inputs[0]);
  return [list(items.toSpliced(call.inputs[1] === undefined ? items.length - 1 : positionIn(call, items.length, 1), 1))];
};

export const lowerSequenceLength: LowerControl = (call) => [wholeNumber(listValue(call, call.inputs[0]).items.length)];

export const lowerConcatFromSequence: LowerControl = (call) => {
  const { items } = listValue(call, call.inputs[0]);
  if (items.length === 0) unsupported(call.node, "its list is empty");
  const axis = intAttribute(call.node, "axis", 0);
  return [intAttribute(call.node, "new_axis", 0) === 1 ? stack(call, items, axis) : join(call, items, axis)];
};

export const lowerSplitToSequence: LowerControl = (call) => {
  const input = tensorValue(call, call.inputs[0], "its input");
  const axis = intAttribute(call.node, "axis", 0);
  const size = sizeAlong(call, input, axis);
  const given = call.inputs[1] === undefined ? undefined : knownTensor(call, call.inputs[1], "the number of parts");
  const [each = 1] = given === undefined ? [] : (given.data as ArrayLike<number> & Iterable<number>);
  if (given?.shape.length === 1) return [list(parts(call, input, axis, Array.from(given.data as ArrayLike<number>)))];
  if (!(each >= 1) || size / each > maxParts) unsupported(call.node, `parts of ${each} of ${size}`);
  const sizes = Array.from({ length: Math.ceil(size / each) }, (_, index) => Math.min(each, size - index * each));
  if (given !== undefined || intAttribute(call.node, "keepdims", 1) === 1) return [list(parts(call, input, axis, sizes))];
  return [list(sizes.map((_, index) => call.lower("Gather", [input, wholeNumber(index)], { axis: int(axis) })))];
};

const maxParts = 1024;

function parts(call: ControlNode, input: Value, axis: number, sizes: readonly number[]): Value[] {
  let end = 0;
  return sizes.map((size) => {
    const bound = (at: number): Value => constant(tensor("int64", [1], Float64Array.of(at)));
    end += size;
    return call.lower("Slice", [input, bound(end - size), bound(end), bound(axis)], {});
  });
}

function sizeAlong({ node }: ControlNode, value: Value, axis: number): number {
  if (value.kind === "flat" || (value.kind === "constant" && isOpaque(value.constant)))
    return unsupported(node, "its input's size is not known");
  const shape = value.kind === "constant" && !isOpaque(value.constant) ? value.constant.shape : "shape" in value ? value.shape : [];
  const size = shape[axis < 0 ? axis + shape.length : axis];
  return typeof size === "number" ? size : unsupported(node, "it goes through the rows one by one");
}

/** A position in a list of this length, counted from its end where it is below 0. */
function positionIn(call: ControlNode, length: number, input: number, end = length): number {
  const given = knownNumber(call, call.inputs[input], "the position") ?? unsupported(call.node, "its position is absent");
  const at = given < 0 ? given + end : given;
  return at >= 0 && at < length ? at : unsupported(call.node, `there is no position ${given} in its list`);
}
