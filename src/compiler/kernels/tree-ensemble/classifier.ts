import { type Lower, type Lowered, type LoweringNode, unsupported } from "../../lowering.ts";
import { emitClassScores } from "../class-scores.ts";
import { lowerClasses } from "../classes.ts";
import { postTransformOf } from "../post-transform.ts";
import { type TreeTables, treeTables } from "./attributes.ts";
import { distinct, everyClassIsAlwaysScored, isNowhereNegative } from "./class-weights.ts";
import { ensembleStructure } from "./ensemble-structure.ts";
import { withGiven } from "./given.ts";
import { lowerSums } from "./sums.ts";

export const lowerTreeEnsembleClassifier: Lower = (node, lowering): Lowered => {
  const tables = treeTables(node, "class");
  const classes = lowerClasses(node, "classlabels_int64s", lowering);
  const transform = postTransformOf(node, lowering);
  const form = formOf(node, tables, classes.count);
  const single = !node.attributes.has("class_weights_as_tensor");
  const allPositive = isNowhereNegative(tables.leafWeights);
  // Weights that are all positive are shares; a logistic score is a margin whatever its weights.
  const oneScore = allPositive && transform !== "LOGISTIC" ? "share" : "margin";
  const columns = form === "one score" || form === "one class" ? 1 : classes.count;
  const base = baseOf(node, tables, form, columns);
  // A class that no reached leaf gives a score is not a candidate there; with scores of both signs that matters.
  const skips = form === "scores" && !allPositive && base.length === 0 && !everyClassIsAlwaysScored(tables, classes.count);
  const scored = skips
    ? withGiven(tables, columns)
    : form === "one score"
      ? { ...tables, leafTargets: new Uint8Array(tables.leafWeights.length) }
      : tables;
  const width = skips ? 2 * columns : columns;
  const { sums, emit } = lowerSums(node, ensembleStructure(node, scored, width), width, lowering);
  const baseAddress = lowering.memory.constant(Float64Array.from(base));
  const label = lowering.allocate(classes.dtype, ["rows"]);
  const scores = lowering.allocate("float32", ["rows", classes.count]);

  return {
    outputs: [label, scores],
    emit: (emitter) => {
      emit(emitter);
      emitter.eachRow([sums, label, scores], () => {
        if (base.length > 0)
          emitter.elements(columns, (element) =>
            emitter.store(sums, element, () => {
              emitter.load(sums, element);
              emitter.loadConstant("float64", baseAddress, element);
              emitter.fn.op("f64.add");
            }),
          );
        const parts = { sums: emitter.part(sums, 0, columns), label, scores, classes, transform, oneScore, single } as const;
        const given = skips ? emitter.part(sums, columns, columns) : undefined;
        emitClassScores(emitter, { ...parts, ofSecond: form === "score of the second", ...(given && { given }) }, lowering);
      });
    },
  };
};

/**
 * - "scores": one for each class;
 * - "one score" for two classes, that of the second, which exporters list under class 0;
 * - "score of the second", listed as such, beside which ONNX Runtime writes 0 for the first;
 * - "one class", which a row is of whatever its score.
 */
type Form = "scores" | "one score" | "score of the second" | "one class";

function formOf(node: LoweringNode, { leafTargets }: TreeTables, classes: number): Form {
  if (classes === 1) return "one class";
  const named = distinct(leafTargets);
  if (classes !== 2 || named.size !== 1) return "scores";
  if (named.has(0)) return "one score";
  return named.has(1) ? "score of the second" : unsupported(node, "a weight of a class that it does not have");
}

/** As many as columns, or none. */
function baseOf(node: LoweringNode, { baseValues }: TreeTables, form: Form, columns: number): number[] {
  const values = Array.from(baseValues);
  if (values.length === 0) return values;
  // ONNX Runtime leaves out one of them, and of two takes one in place of the sum.
  if (form === "score of the second") unsupported(node, "base values where all weights are of the second class");
  return values.length === columns ? values : unsupported(node, `${values.length} base values for ${columns} scores`);
}
