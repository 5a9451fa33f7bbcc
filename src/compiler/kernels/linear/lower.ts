import { floatsAttribute, intAttribute } from "../../../graph/attributes.ts";
import type { Emitter } from "../../emitter.ts";
import { type Lower, type Lowering, type LoweringNode, tableInput, unsupported } from "../../lowering.ts";
import type { RowsValue } from "../../values.ts";
import { emitClassScores } from "../class-scores.ts";
import { lowerClasses } from "../classes.ts";
import { lowerDense, matrixOf, paddedColumns } from "../dense.ts";
import { postTransformOf } from "../post-transform.ts";

/** Row × coefficients + intercepts, in float64: `sums` `[rows, outputs]`. */
function lowerScores(
  node: LoweringNode,
  outputs: number,
  lowering: Lowering,
): { input: RowsValue; sums: RowsValue; emit: (emitter: Emitter) => void } {
  const input = tableInput(node);
  const coefficients = floatsAttribute(node, "coefficients") ?? new Float32Array();
  const intercepts = floatsAttribute(node, "intercepts") ?? new Float32Array(outputs);
  if (outputs < 1 || coefficients.length !== outputs * input.width)
    unsupported(node, `${coefficients.length} coefficients for ${outputs} outputs of ${input.width} columns`);
  if (intercepts.length !== outputs) unsupported(node, `${intercepts.length} intercepts for ${outputs} outputs`);
  // ONNX lists the coefficients by output; the dense kernel takes a row per column of the input.
  const weights = Float64Array.from(
    coefficients,
    (_, index) => coefficients[(index % outputs) * input.width + Math.floor(index / outputs)] as number,
  );
  const wide = lowering.allocate("float64", ["rows", paddedColumns(outputs)]);
  const sums = outputs === wide.width ? wide : lowering.allocate("float64", ["rows", outputs]);
  const multiply = lowerDense(input, matrixOf(input.width, outputs, weights), wide, lowering);
  const address = lowering.memory.constant(Float64Array.from(intercepts));
  return {
    input,
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

export const lowerLinearClassifier: Lower = (node, lowering) => {
  const classes = lowerClasses(node, "classlabels_ints", lowering);
  const outputs = floatsAttribute(node, "intercepts")?.length ?? classes.count;
  if (outputs !== classes.count && !(outputs === 1 && classes.count === 2))
    unsupported(node, `${outputs} intercepts for ${classes.count} classes`);
  if (classes.count === 1) unsupported(node, "a single class");
  const transform = postTransformOf(node, lowering);
  if (transform === "PROBIT") unsupported(node, "the post-transform PROBIT");
  const { sums, emit } = lowerScores(node, outputs, lowering);
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
  if (postTransformOf(node, lowering) !== "NONE") unsupported(node, "a post-transform on a regressor");
  const { sums, emit } = lowerScores(node, intAttribute(node, "targets", 1), lowering);
  const output = lowering.allocate("float32", ["rows", sums.width]);
  return {
    outputs: [output],
    emit: (emitter) => {
      emit(emitter);
      emitter.eachRow([sums, output], () =>
        emitter.elements(sums.width, (target) => emitter.storeF64(output, target, () => emitter.load(sums, target))),
      );
    },
  };
};
