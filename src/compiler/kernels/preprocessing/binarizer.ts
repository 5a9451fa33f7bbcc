import { floatAttribute } from "../../../graph/attributes.ts";
import { type Lower, rowsInput, unsupported } from "../../lowering.ts";

/** 1 above the threshold, else 0: also for NaN, which ONNX Runtime refuses. */
export const lowerBinarizer: Lower = (node, lowering) => {
  const input = rowsInput(node, 0);
  if (input.dtype === "string" || input.dtype === "bool") unsupported(node, `its input is ${input.dtype}`);
  const threshold = floatAttribute(node, "threshold", 0);
  const output = lowering.allocate(input.dtype, input.shape);
  return {
    outputs: [output],
    emit: (emitter) =>
      emitter.eachRow([input, output], () =>
        emitter.elements(input.width, (element) =>
          emitter.storeF64(output, element, () => {
            emitter.loadF64(input, element);
            emitter.fn.const("f64", threshold).op("f64.gt", "f64.convert_i32_s");
          }),
        ),
      ),
  };
};
