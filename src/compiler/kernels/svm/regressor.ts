import { floatsAttribute, intAttribute } from "../../../graph/attributes.ts";
import type { Emitter } from "../../emitter.ts";
import { type Lower, type Lowering, type LoweringNode, tableInput, unsupported } from "../../lowering.ts";
import type { RowsValue } from "../../values.ts";
import { lowerAffine } from "../affine.ts";
import { lowerDecisions } from "./decisions.ts";

/** A float64 value `[rows, 1]` and its code. */
interface Sums {
  readonly sums: RowsValue;
  readonly emit: (emitter: Emitter) => void;
}

/**
 * Σ coefficient · K(row, vector) + rho, or its sign for a one-class machine. ONNX Runtime ignores the
 * post-transform.
 */
export const lowerSVMRegressor: Lower = (node, lowering) => {
  const input = tableInput(node);
  const coefficients = floatsAttribute(node, "coefficients") ?? new Float32Array();
  const [rho = unsupported(node, "it has no rho")] = floatsAttribute(node, "rho") ?? [];
  // Without support vectors it is a linear model, whatever the kernel.
  const { sums, emit } =
    intAttribute(node, "n_supports", 0) === 0
      ? lowerAffine(node, input, coefficients, Float32Array.of(rho), lowering)
      : lowerMachine(node, input, coefficients, rho, lowering);
  const isOneClass = intAttribute(node, "one_class", 0) !== 0;
  const output = lowering.allocate("float32", ["rows", 1]);
  return {
    outputs: [output],
    emit: (emitter) => {
      emit(emitter);
      emitter.eachRow([sums, output], () =>
        emitter.storeF64(output, 0, () => {
          if (!isOneClass) {
            emitter.load(sums, 0);
            return;
          }
          emitter.fn.const("f64", 1).const("f64", -1);
          emitter.load(sums, 0);
          emitter.fn.const("f64", 0).op("f64.gt", "select");
        }),
      );
    },
  };
};

function lowerMachine(node: LoweringNode, input: RowsValue, coefficients: Float32Array, rho: number, lowering: Lowering): Sums {
  const given = floatsAttribute(node, "support_vectors") ?? new Float32Array();
  const vectors = given.length / input.width;
  if (intAttribute(node, "n_supports", 0) !== vectors || coefficients.length !== vectors)
    unsupported(node, `${coefficients.length} coefficients for ${vectors} support vectors`);
  const { values, emit, add } = lowerDecisions(node, input, given, [[{ start: 0, coefficients }]], lowering);
  const sums = lowering.allocate("float64", ["rows", 1]);
  return {
    sums,
    emit: (emitter) => {
      emit(emitter);
      const { fn } = emitter;
      const sum = fn.local("f64");
      emitter.eachRow([values, sums], () => {
        fn.const("f64", rho).set(sum);
        add(emitter, 0, sum);
        emitter.store(sums, 0, () => fn.get(sum));
      });
    },
  };
}
