import { stringAttribute } from "../../../graph/attributes.ts";
import { type Lower, tableInput, unsupported } from "../../lowering.ts";

/** Divides a row by its norm; a row of zeros stays as it is. */
export const lowerNormalizer: Lower = (node, lowering) => {
  const input = tableInput(node);
  const norm = stringAttribute(node, "norm") ?? "MAX";
  if (norm !== "L1" && norm !== "L2" && norm !== "MAX") unsupported(node, `the norm ${norm}`);
  const output = lowering.allocate("float32", ["rows", input.width]);
  return {
    outputs: [output],
    emit: (emitter) => {
      const { fn } = emitter;
      const size = fn.local("f64");
      emitter.eachRow([input, output], () => {
        fn.const("f64", norm === "MAX" ? Number.NEGATIVE_INFINITY : 0).set(size);
        emitter.elements(input.width, (column) => {
          emitter.loadF64(input, column);
          if (norm === "L1") fn.op("f64.abs");
          if (norm === "L2") {
            emitter.loadF64(input, column);
            fn.op("f64.mul");
          }
          fn.get(size)
            .op(norm === "MAX" ? "f64.max" : "f64.add")
            .set(size);
        });
        if (norm === "L2") fn.get(size).op("f64.sqrt").set(size);
        fn.const("f64", 1).get(size).get(size).const("f64", 0).op("f64.eq", "select").set(size);
        emitter.elements(input.width, (column) =>
          emitter.storeF64(output, column, () => {
            emitter.loadF64(input, column);
            fn.get(size).op("f64.div");
          }),
        );
      });
    },
  };
};
