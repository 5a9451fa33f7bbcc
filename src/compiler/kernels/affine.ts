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
  const { width } = input;
  if (outputs < 1 || coefficients.length !== outputs * width)
    unsupported(node, `${coefficients.length} coefficients for ${outputs} outputs of ${width} columns`);
  const sums = lowering.allocate("float64", ["rows", outputs]);
  // Two classes' scores are often one score and its negative: then the second alone is summed.
  const mirrored =
    outputs === 2 && isNegative(coefficients.subarray(0, width), coefficients.subarray(width)) && intercepts[0] === -(intercepts[1] ?? 0);
  const summed = mirrored ? 1 : outputs;
  const own = coefficients.subarray((outputs - summed) * width);
  // The dense kernel takes a row per column of the input.
  const weights = Float64Array.from(own, (_, index) => own[(index % summed) * width + Math.floor(index / summed)] as number);
  const wide =
    summed === outputs && outputs === paddedColumns(outputs) ? sums : lowering.allocate("float64", ["rows", paddedColumns(summed)]);
  const multiply = lowerDense(input, matrixOf(width, summed, weights), wide, lowering);
  const address = lowering.memory.constant(Float64Array.from(intercepts.subarray(outputs - summed)));
  return {
    sums,
    emit: (emitter) =>
      emitter.eachRow([input, wide, sums], () => {
        multiply(emitter);
        emitter.elements(summed, (output) =>
          emitter.store(mirrored ? emitter.part(sums, 1, 1) : sums, output, () => {
            emitter.load(wide, output);
            emitter.loadConstant("float64", address, output);
            emitter.fn.op("f64.add");
          }),
        );
        if (!mirrored) return;
        emitter.store(sums, 0, () => {
          emitter.load(sums, 1);
          emitter.fn.op("f64.neg");
        });
      }),
  };
}

function isNegative(a: Float32Array, b: Float32Array): boolean {
  return a.every((value, index) => value === -(b[index] as number));
}
