import { floatsAttribute, intAttribute } from "../../../graph/attributes.ts";
import { type Lower, tableInput, unsupported } from "../../lowering.ts";
import { postTransformOf } from "../post-transform.ts";
import { lowerKernelValues } from "./kernel-values.ts";

/** Σ coefficient · K(row, vector) + rho. */
export const lowerSVMRegressor: Lower = (node, lowering) => {
  const input = tableInput(node);
  if (postTransformOf(node, lowering) !== "NONE" || intAttribute(node, "one_class", 0) !== 0)
    unsupported(node, "a one-class machine or a post-transform");
  const { values, vectors, emit } = lowerKernelValues(
    node,
    input,
    floatsAttribute(node, "support_vectors") ?? new Float32Array(),
    lowering,
  );
  const coefficients = floatsAttribute(node, "coefficients") ?? new Float32Array();
  const [rho] = floatsAttribute(node, "rho") ?? [];
  if (rho === undefined) unsupported(node, "it has no rho");
  if (intAttribute(node, "n_supports", 0) !== vectors || coefficients.length !== vectors)
    unsupported(node, `${coefficients.length} coefficients for ${vectors} support vectors`);
  const table = lowering.memory.constant(Float64Array.from(coefficients));
  const output = lowering.allocate("float32", ["rows", 1]);
  return {
    outputs: [output],
    emit: (emitter) => {
      emit(emitter);
      const { fn } = emitter;
      const sum = fn.local("f64");
      emitter.eachRow([values, output], () => {
        fn.const("f64", rho).set(sum);
        emitter.elements(vectors, (vector) => {
          emitter.load(values, vector);
          emitter.loadConstant("float64", table, vector);
          fn.op("f64.mul").get(sum).op("f64.add").set(sum);
        });
        emitter.storeF64(output, 0, () => fn.get(sum));
      });
    },
  };
};
