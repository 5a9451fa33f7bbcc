import { floatsAttribute, intAttribute } from "../../../graph/attributes.ts";
import { type Lower, tableInput, unsupported } from "../../lowering.ts";
import { lowerAffine } from "../affine.ts";
import { emitClassScores } from "../class-scores.ts";
import { lowerClasses } from "../classes.ts";
import { emitPostTransform, postTransformOf } from "../post-transform.ts";

export const lowerLinearClassifier: Lower = (node, lowering) => {
  const classes = lowerClasses(node, "classlabels_ints", lowering);
  // ONNX Runtime counts the classes by the intercepts.
  const intercepts = floatsAttribute(node, "intercepts") ?? new Float32Array(classes.count);
  const outputs = intercepts.length;
  if (outputs !== classes.count && !(outputs === 1 && classes.count === 2))
    unsupported(node, `${outputs} intercepts for ${classes.count} classes`);
  if (classes.count === 1) unsupported(node, "a single class");
  const transform = postTransformOf(node, lowering);
  const coefficients = floatsAttribute(node, "coefficients") ?? new Float32Array();
  const { sums, emit } = lowerAffine(node, tableInput(node), coefficients, intercepts, lowering);
  const label = lowering.allocate(classes.dtype, ["rows"]);
  const scores = lowering.allocate("float32", ["rows", classes.count]);
  return {
    outputs: [label, scores],
    emit: (emitter) => {
      emit(emitter);
      emitter.eachRow([sums, label, scores], () =>
        emitClassScores(emitter, { sums, label, scores, classes, transform, oneScore: "margin", complement: true }, lowering),
      );
    },
  };
};

export const lowerLinearRegressor: Lower = (node, lowering) => {
  const coefficients = floatsAttribute(node, "coefficients") ?? new Float32Array();
  const targets = intAttribute(node, "targets", 1);
  if (targets < 1 || targets > coefficients.length) unsupported(node, `${coefficients.length} coefficients for ${targets} targets`);
  // ONNX Runtime ignores intercepts that are not one for each target, and all transforms but PROBIT of a single one.
  const given = floatsAttribute(node, "intercepts");
  const intercepts = given?.length === targets ? given : new Float32Array(targets);
  const named = postTransformOf(node, lowering);
  const transform = targets === 1 && named !== "PROBIT" ? "NONE" : named;
  const { sums, emit } = lowerAffine(node, tableInput(node), coefficients, intercepts, lowering);
  const output = lowering.allocate("float32", ["rows", targets]);
  return {
    outputs: [output],
    emit: (emitter) => {
      emit(emitter);
      emitter.eachRow([sums, output], () => {
        emitPostTransform(emitter, transform, sums, lowering);
        emitter.elements(targets, (target) => emitter.storeF64(output, target, () => emitter.load(sums, target)));
      });
    },
  };
};
