import { intAttribute } from "../../../graph/attributes.ts";
import { type Lower, rowsInput, unsupported } from "../../lowering.ts";
import { emitGroups, groupsAlong } from "./groups.ts";

/** Divided by the norm along an axis; a norm of 0 gives 0. */
export const lowerLpNormalization: Lower = (node, lowering) => {
  const input = rowsInput(node, 0);
  const p = intAttribute(node, "p", 2);
  if ((input.dtype !== "float32" && input.dtype !== "float64") || (p !== 1 && p !== 2)) unsupported(node, `p of ${p} and ${input.dtype}`);
  const groups = groupsAlong(node, input, [intAttribute(node, "axis", -1)]);
  const output = lowering.allocate(input.dtype, input.shape);
  return {
    outputs: [output],
    emit: (emitter) => {
      const { fn } = emitter;
      const value = fn.local("f64");
      const norm = fn.local("f64");
      emitter.eachRow([input, output], () =>
        emitGroups(emitter, groups, (_, each) => {
          fn.const("f64", 0).set(norm);
          each((element) => {
            emitter.loadF64(input, element);
            if (p === 1) fn.op("f64.abs");
            else fn.set(value).get(value).get(value).op("f64.mul");
            fn.get(norm).op("f64.add").set(norm);
          });
          if (p === 2) fn.get(norm).op("f64.sqrt").set(norm);
          each((element) =>
            emitter.storeF64(output, element, () => {
              emitter.loadF64(input, element);
              fn.get(norm).op("f64.div").const("f64", 0).get(norm).const("f64", 0).op("f64.ne", "select");
            }),
          );
        }),
      );
    },
  };
};
