import { floatsAttribute } from "../../../graph/attributes.ts";
import { type Lowered, type Lowering, type LoweringNode, unsupported } from "../../lowering.ts";
import type { RowsValue } from "../../values.ts";
import { lowerAffine } from "../affine.ts";
import { type Classes, emitArgMax, storeLabel } from "../classes.ts";
import { emitPostTransform, postTransformOf } from "../post-transform.ts";

/** liblinear's machine, which has no support vectors: a linear score for each class, all with the first rho. */
export function lowerLinearMachine(node: LoweringNode, input: RowsValue, classes: Classes, lowering: Lowering): Lowered {
  const coefficients = floatsAttribute(node, "coefficients") ?? new Float32Array();
  const [rho = unsupported(node, "it has no rho")] = floatsAttribute(node, "rho") ?? [];
  const { sums, emit } = lowerAffine(node, input, coefficients, new Float32Array(classes.count).fill(rho), lowering);
  const transform = postTransformOf(node, lowering);
  // ONNX Runtime asks of two classes whether the larger score is positive (0.5, where all weights are positive).
  const asksSign = classes.count === 2 && (floatsAttribute(node, "prob_a") ?? []).length === 0;
  const allPositive = coefficients.every((coefficient) => coefficient >= 0);
  const label = lowering.allocate(classes.dtype, ["rows"]);
  const scores = lowering.allocate("float32", ["rows", classes.count]);
  return {
    outputs: [label, scores],
    emit: (emitter) => {
      emit(emitter);
      const { fn } = emitter;
      const best = fn.local("i32");
      emitter.eachRow([sums, label, scores], () => {
        emitArgMax(emitter, sums, best);
        if (asksSign) {
          fn.const("i32", 1).get(best);
          emitter.load(sums, 0);
          emitter.load(sums, 1);
          fn.get(best).op("i32.eqz", "select");
          fn.const("f64", allPositive ? 0.5 : 0).op(allPositive ? "f64.ge" : "f64.gt", "select");
          fn.set(best);
        }
        storeLabel(emitter, classes, label, best);
        emitPostTransform(emitter, transform, sums, lowering);
        emitter.elements(classes.count, (element) => emitter.storeF64(scores, element, () => emitter.load(sums, element)));
      });
    },
  };
}
