import { intAttribute } from "../../../graph/attributes.ts";
import { onnxDTypes } from "../../../tensor/onnx-dtypes.ts";
import { type Lower, rowsInput, unsupported } from "../../lowering.ts";
import { isStored, storages } from "../../values.ts";

/** Between numbers and bool, as C converts them; a bool is whether the number is not 0. */
export const lowerCast: Lower = (node, lowering) => {
  const input = rowsInput(node, 0);
  const to = onnxDTypes.get(intAttribute(node, "to", 0));
  if (to === undefined || !isStored(to)) unsupported(node, `the target type ${to ?? intAttribute(node, "to", 0)}`);
  if (to === input.dtype) return { outputs: [input] };
  if (to === "string" || input.dtype === "string") unsupported(node, "strings");
  const output = lowering.allocate(to, input.shape);
  const source = storages[input.dtype].type;
  return {
    outputs: [output],
    emit: (emitter) =>
      emitter.eachRow([input, output], () =>
        emitter.elements(input.width, (element) =>
          emitter.store(output, element, () => {
            emitter.load(input, element);
            const { fn } = emitter;
            if (to === "bool") {
              if (source === "i32") fn.const("i32", 0).op("i32.ne");
              else fn.const(source, 0).op(`${source}.ne`);
              return;
            }
            emitter.convert(input.dtype, to);
            if (to === "int64" && input.dtype !== "int32" && input.dtype !== "bool") fn.op("f64.trunc");
          }),
        ),
      ),
  };
};
