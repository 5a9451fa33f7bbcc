import { floatsAttribute, intsAttribute } from "../../../graph/attributes.ts";
import type { Emitter } from "../../emitter.ts";
import { type Lower, type Lowering, type LoweringNode, tableInput, unsupported } from "../../lowering.ts";
import type { RowsValue } from "../../values.ts";
import type { Local } from "../../wasm/function.ts";
import { emitArgMax, lowerClasses, storeLabel } from "../classes.ts";
import { emitPostTransform, type PostTransform, postTransformOf } from "../post-transform.ts";
import { lowerDecisions, type Run } from "./decisions.ts";
import { lowerLinearMachine } from "./linear-machine.ts";
import { lowerPairwiseCoupling } from "./pairwise-coupling.ts";

/** Every pair of classes has its own code. */
const maxClasses = 20;
/** libsvm keeps a pair's probability this far from 0 and 1. */
const minProbability = 1e-7;

interface Pair {
  readonly first: number;
  readonly second: number;
  readonly rho: number;
  /** Platt's constants. */
  readonly a: number | undefined;
  readonly b: number;
}

/**
 * Support vector classification: one decision per pair of classes, and the label by their votes. With Platt's
 * constants the scores are probabilities, by coupling; without, the decisions (of two classes the margin, twice).
 */
export const lowerSVMClassifier: Lower = (node, lowering) => {
  const input = tableInput(node);
  const classes = lowerClasses(node, "classlabels_ints", lowering);
  const perClass = Array.from(intsAttribute(node, "vectors_per_class") ?? []);
  if (classes.count > 1 && perClass.reduce((sum, count) => sum + count, 0) === 0) return lowerLinearMachine(node, input, classes, lowering);
  const transform = postTransformOf(node, lowering);
  if (perClass.length !== classes.count || classes.count < 2 || classes.count > maxClasses) unsupported(node, `${classes.count} classes`);
  const supportVectors = floatsAttribute(node, "support_vectors") ?? new Float32Array();
  const vectors = supportVectors.length / input.width;
  const coefficients = floatsAttribute(node, "coefficients") ?? new Float32Array();
  if (coefficients.length !== vectors * (classes.count - 1) || perClass.reduce((sum, count) => sum + count, 0) !== vectors)
    unsupported(node, `${coefficients.length} coefficients for ${vectors} support vectors`);
  const pairs = pairsOf(node, classes.count);
  const starts = perClass.map((_, index) => perClass.slice(0, index).reduce((sum, count) => sum + count, 0));
  /** One class's vectors, with their coefficients for the decision against another class. */
  const run = (index: number, other: number): Run => {
    const start = starts[index] as number;
    const from = (index < other ? other - 1 : other) * vectors + start;
    return { start, coefficients: coefficients.subarray(from, from + (perClass[index] as number)) };
  };
  const decisions = pairs.map(({ first, second }) => [run(first, second), run(second, first)]);
  const { values, emit, add } = lowerDecisions(node, input, supportVectors, decisions, lowering);
  const votes = lowering.allocate("int32", ["rows", classes.count]);
  const label = lowering.allocate(classes.dtype, ["rows"]);
  const coupling = pairs[0]?.a === undefined ? undefined : lowerPairwiseCoupling(classes.count, lowering);
  const scores = lowering.allocate("float32", ["rows", coupling === undefined && classes.count > 2 ? pairs.length : classes.count]);
  const isMargin = coupling === undefined && classes.count === 2;
  const transformed = transform === "NONE" || (isMargin && transform !== "PROBIT") ? undefined : lowering.allocate("float64", scores.shape);
  const raw = transformed ?? scores;

  return {
    outputs: [label, scores],
    emit: (emitter) => {
      emit(emitter);
      const { fn } = emitter;
      const decision = fn.local("f64");
      const probability = fn.local("f64");
      const best = fn.local("i32");
      const vote = (index: number): void =>
        emitter.store(votes, index, () => {
          emitter.load(votes, index);
          fn.const("i32", 1).op("i32.add");
        });
      emitter.eachRow([values, votes, label, scores, raw], () => {
        emitter.elements(classes.count, (element) => emitter.store(votes, element, () => fn.const("i32", 0)));
        for (const [index, { first, second, rho, a, b }] of pairs.entries()) {
          fn.const("f64", 0).set(decision);
          add(emitter, index, decision);
          fn.get(decision).const("f64", rho).op("f64.add").set(decision);
          fn.get(decision).const("f64", 0).op("f64.gt");
          fn.if(
            () => vote(first),
            () => vote(second),
          );
          if (coupling === undefined || a === undefined) {
            if (isMargin && transformed === undefined) storeMargin(emitter, scores, decision, transform, lowering);
            else emitter.storeF64(raw, index, () => fn.get(decision));
            continue;
          }
          // libsvm's sigmoid: 1 / (1 + e^(A·f + B)).
          fn.const("f64", -a).get(decision).op("f64.mul").const("f64", b).op("f64.sub").call(lowering.math.logistic);
          fn.const("f64", minProbability)
            .op("f64.max")
            .const("f64", 1 - minProbability)
            .op("f64.min")
            .set(probability);
          coupling.pairs.store(emitter, first, second, () => fn.get(probability));
          coupling.pairs.store(emitter, second, first, () => fn.const("f64", 1).get(probability).op("f64.sub"));
        }
        emitArgMax(emitter, votes, best);
        storeLabel(emitter, classes, label, best);
        if (coupling !== undefined) {
          coupling.emit(emitter);
          emitter.elements(classes.count, (element) => emitter.storeF64(raw, element, () => coupling.probabilities.load(emitter, element)));
        }
        if (transformed === undefined) return;
        if (isMargin) emitter.store(transformed, 1, () => fn.get(decision));
        emitPostTransform(emitter, transform, isMargin ? emitter.part(transformed, 1, 1) : transformed, lowering);
        if (isMargin)
          emitter.store(transformed, 0, () => {
            emitter.load(transformed, 1);
            fn.op("f64.neg");
          });
        emitter.elements(scores.width, (element) => emitter.storeF64(scores, element, () => emitter.load(transformed, element)));
      });
    },
  };
};

/** One decision for two classes, as ONNX Runtime writes it: only without a post-transform are they margins. */
function storeMargin(emitter: Emitter, scores: RowsValue, decision: Local, transform: PostTransform, { math }: Lowering): void {
  const { fn } = emitter;
  emitter.storeF64(scores, 0, () => {
    if (transform === "NONE") fn.get(decision).op("f64.neg");
    else if (transform === "LOGISTIC") fn.get(decision).op("f64.neg").call(math.logistic);
    else fn.const("f64", 1).get(decision).op("f64.sub");
  });
  emitter.storeF64(scores, 1, () => {
    fn.get(decision);
    if (transform === "LOGISTIC") fn.call(math.logistic);
  });
}

/** The pairs of classes in libsvm's order: (0, 1), (0, 2), … (1, 2), … */
function pairsOf(node: LoweringNode, classes: number): Pair[] {
  const count = (classes * (classes - 1)) / 2;
  const read = (name: string): ArrayLike<number> => floatsAttribute(node, name) ?? [];
  const [rho, a, b] = [read("rho"), read("prob_a"), read("prob_b")];
  const isPlain = a.length === 0 && b.length === 0;
  if (rho.length !== count || (!isPlain && (a.length !== count || b.length !== count)))
    unsupported(node, `${rho.length} decision constants for ${count} pairs of classes`);
  const pairs: Pair[] = [];
  for (let first = 0; first < classes; first++)
    for (let second = first + 1; second < classes; second++) {
      const index = pairs.length;
      pairs.push({ first, second, rho: rho[index] as number, a: a[index], b: b[index] ?? 0 });
    }
  return pairs;
}
