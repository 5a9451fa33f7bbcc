import { intAttribute } from "../../../graph/attributes.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import { axisOf, countOf } from "../../axes.ts";
import { type Evaluate, requiredInput } from "../../evaluate.ts";

/** A table: the dimensions before the axis are its rows, the others its columns. */
export const evaluateFlatten: Evaluate = (call) => {
  const input = requiredInput(call, 0);
  const axis = axisOf(call, intAttribute(call.node, "axis", 1), input.shape.length, true);
  const flat: Tensor = { ...input, shape: [countOf(input.shape, 0, axis), countOf(input.shape, axis)] };
  return [flat];
};
