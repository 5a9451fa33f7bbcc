import type { Emitter } from "../emitter.ts";
import { type Lowering, type LoweringNode, unsupported } from "../lowering.ts";
import type { RowsValue } from "../values.ts";
import { lowerDense, matrixOf, paddedColumns } from "./dense.ts";

/** Row × coefficients + intercepts, in float64: `sums` `[rows, outputs]`. ONNX lists the coefficients by output. */
export function lowerAffine(
  node: LoweringNode,
  input: RowsValue,
  coefficients: Float32Array,
  intercepts: Float32Array,
  lowering: Lowering,
): { readonly sums: RowsValue; readonly emit: (emitter: Emitter) => void } {
  const outputs = intercepts.length;
  if (outputs < 1 || coefficients.length !== outputs * input.width)
    unsupported(node, `${coefficients.length} coefficients for ${outputs} outputs of ${input.width} columns`);
  // The dense kernel takes a row per column of the input.
  const weights = Float64Array.from(
    coefficients,
    (_, index) => coefficients[(index % outputs) * input.width + Math.floor(index / outputs)] as number,
  );
  const wide = lowering.allocate("float64", ["rows", paddedColumns(outputs)]);
  const sums = outputs === wide.width ? wide : lowering.allocate("float64", ["rows", outputs]);
  const multiply = lowerDense(input, matrixOf(input.width, outputs, weights), wide, lowering);
  const address = lowering.memory.constant(Float64Array.from(intercepts));
  return {
    sums,
    emit: (emitter) =>
      emitter.eachRow([input, wide, sums], () => {
        multiply(emitter);
        emitter.elements(outputs, (output) =>
          emitter.store(sums, output, () => {
            emitter.load(wide, output);
            emitter.loadConstant("float64", address, output);
            emitter.fn.op("f64.add");
          }),
        );
      }),
  };
}
