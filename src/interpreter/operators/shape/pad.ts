import { floatAttribute, intsAttribute, stringAttribute } from "../../../graph/attributes.ts";
import { elementCount } from "../../../tensor/shape.ts";
import { axisOf } from "../../axes.ts";
import { type Call, type Evaluate, malformed, numericInput, unsupported } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";

/** From this version the pads are an input. */
const padsAsInput = 11;

/** Wider by a number of elements at the beginning and the end of every dimension (negative ones cut), filled as the mode says. */
export const evaluatePad: Evaluate = (call) => {
  const { dtype, shape, data } = numericInput(call, 0);
  const mode = stringAttribute(call.node, "mode") ?? "constant";
  const { begin, end } = padsOf(call, shape.length);
  const value =
    call.opset < padsAsInput
      ? floatAttribute(call.node, "value", 0)
      : call.inputs[2] === undefined
        ? 0
        : (numericInput(call, 2).data[0] ?? 0);
  const padded = shape.map((size, axis) => size + (begin[axis] ?? 0) + (end[axis] ?? 0));
  elementCount(padded);
  return [
    resultOf(call, dtype, padded, (index) => {
      let rest = index;
      let stride = 1;
      let place = 0;
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        const size = shape[axis] ?? 1;
        const own = source(call, mode, (rest % (padded[axis] ?? 1)) - (begin[axis] ?? 0), size);
        if (own === undefined) return value;
        place += own * stride;
        stride *= size;
        rest = Math.floor(rest / (padded[axis] ?? 1));
      }
      return data[place] ?? 0;
    }),
  ];
};

function padsOf(call: Call, rank: number): { readonly begin: number[]; readonly end: number[] } {
  const given = call.opset < padsAsInput ? intsAttribute(call.node, "pads") : numericInput(call, 1).data;
  const pads = Array.from(given ?? malformed(call, "it has no pads"));
  const axes =
    call.inputs[3] === undefined
      ? Array.from({ length: rank }, (_, axis) => axis)
      : Array.from(numericInput(call, 3).data, (axis) => axisOf(call, axis, rank));
  if (pads.length !== 2 * axes.length) malformed(call, `it has ${pads.length} pads for ${axes.length} axes`);
  const begin = new Array<number>(rank).fill(0);
  const end = new Array<number>(rank).fill(0);
  axes.forEach((axis, index) => {
    begin[axis] = pads[index] ?? 0;
    end[axis] = pads[axes.length + index] ?? 0;
  });
  return { begin, end };
}

/** Where the element comes from; undefined for the constant. */
function source(call: Call, mode: string, place: number, size: number): number | undefined {
  if (place >= 0 && place < size) return place;
  switch (mode) {
    case "constant":
      return undefined;
    case "edge":
      return place < 0 ? 0 : size - 1;
    case "wrap":
      return ((place % size) + size) % size;
    case "reflect": {
      // There and back without the ends twice.
      const period = Math.max(2 * (size - 1), 1);
      const at = ((place % period) + period) % period;
      return at < size ? at : period - at;
    }
    default:
      return unsupported(call, `the mode ${mode}`);
  }
}
