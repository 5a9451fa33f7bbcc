import { constantInput, type Lower, rowsInput, unsupported } from "../../lowering.ts";

/** Since this version the mask is what was kept, and bool; see the interpreter for what was before. */
const keptMask = 12;

/** What dropping out is outside of training: nothing. */
export const lowerDropout: Lower = (node, lowering) => {
  const input = rowsInput(node, 0);
  if (node.values[2] !== undefined && constantInput(node, 2).data.some((flag: number | string) => flag !== 0))
    unsupported(node, "it trains");
  if ((node.outputs[1] ?? "") === "") return { outputs: [input] };
  if (node.opset < keptMask) unsupported(node, `its mask before opset ${keptMask}`);
  const mask = lowering.allocate("bool", input.shape);
  return {
    outputs: [input, mask],
    emit: (emitter) =>
      emitter.eachRow([mask], () =>
        emitter.elements(mask.width, (element) => emitter.store(mask, element, () => emitter.fn.const("i32", 1))),
      ),
  };
};
