import { floatsAttribute, stringAttribute } from "../../../graph/attributes.ts";
import type { Emitter } from "../../emitter.ts";
import { type Lowering, type LoweringNode, unsupported } from "../../lowering.ts";
import type { RowsValue } from "../../values.ts";
import { lowerDense, matrixOf, paddedColumns } from "../dense.ts";
import { lowerRbf } from "./rbf.ts";

/** The linear kernel has no values of its own: see `lowerDecisions`. */
const kernelTypes = ["POLY", "RBF", "SIGMOID"] as const;

/** Powers up to this are written as multiplications; a larger or broken one is the host's. */
const maxDegree = 16;

/**
 * K(row, vector) for every support vector, in float64: `values` `[rows, vectors]` (and a spare column
 * where their number is odd). `kernel_params` are gamma, coef0 and degree.
 */
export function lowerKernelValues(
  node: LoweringNode,
  input: RowsValue,
  supportVectors: Float32Array,
  lowering: Lowering,
): { values: RowsValue; emit: (emitter: Emitter) => void } {
  const vectors = supportVectors.length / input.width;
  if (!Number.isInteger(vectors) || vectors < 1)
    unsupported(node, `${supportVectors.length} support vector values for ${input.width} columns`);
  const name = stringAttribute(node, "kernel_type") ?? "";
  const type = kernelTypes.find((known) => known === name) ?? unsupported(node, `the kernel ${name}`);
  const [gamma = 0, coef0 = 0, degree = 0] = floatsAttribute(node, "kernel_params") ?? [];
  const isWritten = Number.isInteger(degree) && degree >= 0 && degree <= maxDegree;
  const power = type === "POLY" && !isWritten ? lowering.math.host("pow") : undefined;

  const values = lowering.allocate("float64", ["rows", paddedColumns(vectors)]);
  // The dense kernel takes a row per column of the input: the vectors side by side.
  const sideBySide = Float32Array.from(
    supportVectors,
    (_, index) => supportVectors[(index % vectors) * input.width + Math.floor(index / vectors)] as number,
  );
  const matrix = matrixOf(input.width, vectors, sideBySide);
  if (type === "RBF" && lowering.simd) return { values, emit: lowerRbf(input, matrix, gamma, values, lowering) };
  const combine = lowerDense(input, matrix, values, lowering, type === "RBF" ? "squared difference" : "product");

  const emit = (emitter: Emitter): void => {
    const { fn } = emitter;
    const base = fn.local("f64");
    emitter.eachRow([input, values], () => {
      combine(emitter);
      emitter.elements(vectors, (vector) =>
        emitter.store(values, vector, () => {
          emitter.load(values, vector);
          fn.const("f64", type === "RBF" ? -gamma : gamma).op("f64.mul");
          if (type === "RBF") fn.call(lowering.math.exp);
          else fn.const("f64", coef0).op("f64.add");
          if (type === "SIGMOID") fn.call(lowering.math.tanh);
          if (type !== "POLY") return;
          if (power !== undefined) {
            fn.const("f64", degree).call(power);
            return;
          }
          fn.set(base).const("f64", 1);
          for (let time = 0; time < degree; time++) fn.get(base).op("f64.mul");
        }),
      );
    });
  };
  return { values, emit };
}
