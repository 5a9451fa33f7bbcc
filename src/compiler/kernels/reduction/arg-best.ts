import { intAttribute } from "../../../graph/attributes.ts";
import { type Lower, rowsInput, unsupported } from "../../lowering.ts";
import type { Instruction } from "../../wasm/opcodes.ts";
import { emitGroups, groupsAlong, reducedShape } from "./groups.ts";

/** The position of the best along an axis: the first of equals, or the last where the node says so. */
function lowerArgBest(better: "gt" | "lt"): Lower {
  return (node, lowering) => {
    const input = rowsInput(node, 0);
    if (input.dtype === "string" || input.dtype === "bool") unsupported(node, `its input is ${input.dtype}`);
    const axes = [intAttribute(node, "axis", 0)];
    const groups = groupsAlong(node, input, axes);
    if (groups.size === 0) unsupported(node, "nothing is along its axis");
    const last = intAttribute(node, "select_last_index", 0) !== 0;
    const comparison: Instruction = last ? (better === "gt" ? "f64.ge" : "f64.le") : `f64.${better}`;
    const output = lowering.allocate("int64", reducedShape(node, input, axes));
    return {
      outputs: [output],
      emit: (emitter) => {
        const { fn } = emitter;
        const best = fn.local("i32");
        const found = fn.local("f64");
        const value = fn.local("f64");
        const isBetter = fn.local("i32");
        emitter.eachRow([input, output], () =>
          emitGroups(emitter, groups, (group, each) => {
            fn.const("i32", -1).set(best);
            each((element, place) => {
              emitter.loadF64(input, element);
              fn.set(value);
              // The first element is taken whatever it is, so that NaN has a position, too.
              fn.get(value).get(found).op(comparison).get(best).const("i32", 0).op("i32.lt_s", "i32.or").set(isBetter);
              emitter.position(place);
              fn.get(best).get(isBetter).op("select").set(best);
              fn.get(value).get(found).get(isBetter).op("select").set(found);
            });
            emitter.storeF64(output, group, () => fn.get(best).op("f64.convert_i32_s"));
          }),
        );
      },
    };
  };
}

export const lowerArgMax = lowerArgBest("gt");
export const lowerArgMin = lowerArgBest("lt");
