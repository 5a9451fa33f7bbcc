import { intsAttribute } from "../../../graph/attributes.ts";
import { type Lower, tableInput, unsupported } from "../../lowering.ts";

/** All inputs' columns side by side as float32. */
export const lowerFeatureVectorizer: Lower = (node, lowering) => {
  const inputs = node.values.map((_, position) => tableInput(node, position));
  const dimensions = intsAttribute(node, "inputdimensions") ?? new Float64Array();
  if (dimensions.length !== inputs.length || inputs.some(({ width }, position) => width !== dimensions[position]))
    unsupported(node, "it cuts or fills an input");
  const output = lowering.allocate("float32", ["rows", inputs.reduce((sum, { width }) => sum + width, 0)]);
  return {
    outputs: [output],
    emit: (emitter) =>
      emitter.eachRow([...inputs, output], () => {
        let start = 0;
        for (const input of inputs) {
          const at = emitter.part(output, start, input.width);
          emitter.elements(input.width, (element) => emitter.storeF64(at, element, () => emitter.loadF64(input, element)));
          start += input.width;
        }
      }),
  };
};
