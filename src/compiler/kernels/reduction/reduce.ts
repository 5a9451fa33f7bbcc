import { intAttribute } from "../../../graph/attributes.ts";
import type { Emitter } from "../../emitter.ts";
import { type Lower, type Lowering, rowsInput, unsupported } from "../../lowering.ts";
import type { Local } from "../../wasm/function.ts";
import { axesOf, emitGroups, groupsAlong, reducedShape } from "./groups.ts";
import { lowerLogSumExp } from "./softmax.ts";

/** A reduction in float64: joins the value on the stack to the result so far, below it. */
interface Reduction {
  readonly start: number;
  readonly join: (emitter: Emitter) => void;
  /** Turns the result on the stack into what is stored. */
  readonly finish?: (emitter: Emitter, count: number, lowering: Lowering) => void;
  /** What is done to each value on the stack before. */
  readonly prepare?: (emitter: Emitter, value: Local) => void;
  /** Whether a function of the host is needed, which has to be known before code is written. */
  readonly needs?: "log";
}

/** From this version on axes of other reductions than sums are an input; an attribute is a mistake then. */
const axesAsInput = 18;
const axesOfSumsAsInput = 13;

function lowerReduction({ start, join, finish, prepare, needs }: Reduction, inputFrom = axesAsInput): Lower {
  return (node, lowering) => {
    const input = rowsInput(node, 0);
    if (input.dtype === "string" || input.dtype === "bool") unsupported(node, `its input is ${input.dtype}`);
    if (node.values[1] !== undefined && node.opset < inputFrom)
      unsupported(node, "its axes are an input, which they are not in its version");
    const axes = axesOf(node) ?? [];
    if (axes.length === 0 && intAttribute(node, "noop_with_empty_axes", 0) !== 0) return { outputs: [input] };
    if (axes.length === 0) unsupported(node, "it works across rows");
    const groups = groupsAlong(node, input, axes);
    if (groups.size === 0) unsupported(node, "nothing is along its axes");
    if (needs !== undefined) lowering.math.host(needs);
    const output = lowering.allocate(input.dtype, reducedShape(node, input, axes));
    return {
      outputs: [output],
      emit: (emitter) => {
        const { fn } = emitter;
        const result = fn.local("f64");
        const value = fn.local("f64");
        emitter.eachRow([input, output], () =>
          emitGroups(emitter, groups, (group, each) => {
            fn.const("f64", start).set(result);
            each((element) => {
              fn.get(result);
              emitter.loadF64(input, element);
              prepare?.(emitter, value);
              join(emitter);
              fn.set(result);
            });
            emitter.storeF64(output, group, () => {
              fn.get(result);
              finish?.(emitter, groups.size, lowering);
              // An integer mean is cut towards zero.
              if (finish !== undefined && (input.dtype === "int64" || input.dtype === "int32")) fn.op("f64.trunc");
            });
          }),
        );
      },
    };
  };
}

const add = ({ fn }: Emitter): void => void fn.op("f64.add");
const square = ({ fn }: Emitter, value: Local): void => void fn.set(value).get(value).get(value).op("f64.mul");

export const lowerReduceSum = lowerReduction({ start: 0, join: add }, axesOfSumsAsInput);
export const lowerReduceMean = lowerReduction({
  start: 0,
  join: add,
  finish: ({ fn }, count) => void fn.const("f64", count).op("f64.div"),
});
export const lowerReduceMax = lowerReduction({ start: Number.NEGATIVE_INFINITY, join: ({ fn }) => void fn.op("f64.max") });
export const lowerReduceMin = lowerReduction({ start: Number.POSITIVE_INFINITY, join: ({ fn }) => void fn.op("f64.min") });
export const lowerReduceProd = lowerReduction({ start: 1, join: ({ fn }) => void fn.op("f64.mul") });
export const lowerReduceL1 = lowerReduction({ start: 0, join: add, prepare: ({ fn }) => void fn.op("f64.abs") });
export const lowerReduceL2 = lowerReduction({ start: 0, join: add, prepare: square, finish: ({ fn }) => void fn.op("f64.sqrt") });
export const lowerReduceSumSquare = lowerReduction({ start: 0, join: add, prepare: square });
export const lowerReduceLogSum = lowerReduction({
  start: 0,
  join: add,
  needs: "log",
  finish: ({ fn }, _, { math }) => void fn.call(math.host("log")),
});

export const lowerReduceLogSumExp = lowerLogSumExp((node) => axesOf(node) ?? []);
