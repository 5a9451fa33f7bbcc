import { intAttribute } from "../../../graph/attributes.ts";
import { constantInput, type Lower, rowsInput, unsupported } from "../../lowering.ts";
import { emitGroups, groupsAlong } from "./groups.ts";

/** Sums of the elements up to each one along an axis; `exclusive` leaves the element itself out. */
export const lowerCumSum: Lower = (node, lowering) => {
  const input = rowsInput(node, 0);
  if (input.dtype === "string" || input.dtype === "bool") unsupported(node, `its input is ${input.dtype}`);
  const groups = groupsAlong(node, input, [Number(constantInput(node, 1).data[0])]);
  if (intAttribute(node, "reverse", 0) !== 0) unsupported(node, "it sums from the end");
  const exclusive = intAttribute(node, "exclusive", 0) !== 0;
  const output = lowering.allocate(input.dtype, input.shape);
  return {
    outputs: [output],
    emit: (emitter) => {
      const { fn } = emitter;
      const sum = fn.local("f64");
      emitter.eachRow([input, output], () =>
        emitGroups(emitter, groups, (_, each) => {
          fn.const("f64", 0).set(sum);
          each((element) => {
            if (exclusive) emitter.storeF64(output, element, () => fn.get(sum));
            emitter.loadF64(input, element);
            fn.get(sum).op("f64.add").set(sum);
            if (!exclusive) emitter.storeF64(output, element, () => fn.get(sum));
          });
        }),
      );
    },
  };
};
