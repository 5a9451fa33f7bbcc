import { intAttribute } from "../../../graph/attributes.ts";
import { axisOf, countOf } from "../../axes.ts";
import { type Evaluate, misfit, numericInput } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";

/** The position of the best element along an axis: the first of equals, or the last where the node says so. */
function argBest(isBetter: (value: number, best: number) => boolean): Evaluate {
  return (call) => {
    const { shape, data } = numericInput(call, 0);
    const axis = axisOf(call, intAttribute(call.node, "axis", 0), shape.length);
    const last = intAttribute(call.node, "select_last_index", 0) !== 0;
    const size = shape[axis] ?? 0;
    if (size === 0) misfit(call, "nothing is along the axis");
    const inner = countOf(shape, axis + 1);
    const keep = intAttribute(call.node, "keepdims", 1) !== 0;
    const reduced = shape.flatMap((dimension, index) => (index === axis ? (keep ? [1] : []) : [dimension]));

    const position = (index: number): number => {
      const start = Math.floor(index / inner) * size * inner + (index % inner);
      let best = 0;
      for (let candidate = 1; candidate < size; candidate++) {
        const value = data[start + candidate * inner] as number;
        const found = data[start + best * inner] as number;
        if (isBetter(value, found) || (last && value === found)) best = candidate;
      }
      return best;
    };
    return [resultOf(call, "int64", reduced, position)];
  };
}

export const evaluateArgMax = argBest((value, best) => value > best);
export const evaluateArgMin = argBest((value, best) => value < best);
