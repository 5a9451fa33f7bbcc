import { floatAttribute } from "../../../graph/attributes.ts";
import { isFloat, largestFinite } from "../../../tensor/dtype.ts";
import { constantInput, type Lower, type LoweringNode, rowsInput, unsupported } from "../../lowering.ts";
import { storages } from "../../values.ts";

/** Between two constant bounds, given as inputs since opset 11 and as attributes before. NaN stays NaN. */
export const lowerClip: Lower = (node, lowering) => {
  const input = rowsInput(node, 0);
  const { type } = storages[input.dtype];
  if (type === "i32") unsupported(node, `its input is ${input.dtype}`);
  // ONNX Runtime's bounds where none is given: an infinity becomes the type's last finite number.
  const limit = isFloat(input.dtype) ? largestFinite(input.dtype) : Number.POSITIVE_INFINITY;
  const low = bound(node, 1, "min") ?? -limit;
  const high = bound(node, 2, "max") ?? limit;
  const output = lowering.allocate(input.dtype, input.shape);
  return {
    outputs: [output],
    emit: (emitter) =>
      emitter.eachRow([input, output], () =>
        emitter.elements(input.width, (element) =>
          emitter.store(output, element, () => {
            emitter.load(input, element);
            emitter.fn.const(type, low).op(`${type}.max`).const(type, high).op(`${type}.min`);
          }),
        ),
      ),
  };
};

function bound(node: LoweringNode, position: number, attribute: "min" | "max"): number | undefined {
  if (node.attributes.has(attribute)) return floatAttribute(node, attribute, 0);
  if (node.values[position] === undefined) return undefined;
  const { dtype, data } = constantInput(node, position);
  if (data.length !== 1 || dtype === "string") unsupported(node, `its bound ${position} is not one number`);
  return data[0];
}
