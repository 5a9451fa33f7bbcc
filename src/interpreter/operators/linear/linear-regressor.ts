import { floatsAttribute, intAttribute } from "../../../graph/attributes.ts";
import { type Evaluate, malformed } from "../../evaluate.ts";
import { postTransformOf, transformScore, transformScores } from "../../post-transform.ts";
import { resultOf } from "../../result.ts";
import { tableInput } from "../../table.ts";
import { linearScores } from "./linear-scores.ts";

/** float32 `[rows, targets]`. */
export const evaluateLinearRegressor: Evaluate = (call) => {
  const table = tableInput(call);
  const targets = intAttribute(call.node, "targets", 1);
  const coefficients = floatsAttribute(call.node, "coefficients") ?? new Float32Array();
  if (targets < 1 || targets > coefficients.length) malformed(call, `it has ${targets} targets and ${coefficients.length} coefficients`);
  // ONNX Runtime ignores intercepts that are not one for each target.
  const given = floatsAttribute(call.node, "intercepts");
  const intercepts = given?.length === targets ? given : new Float32Array(targets);
  const transform = postTransformOf(call);
  const scores = linearScores(call, table, targets, coefficients, intercepts).map((row) =>
    targets === 1 ? [transformScore(transform, row[0] ?? 0)] : transformScores(transform, row),
  );
  const flat = scores.flat();
  return [resultOf(call, "float32", [table.rows, targets], (index) => flat[index] ?? 0)];
};
