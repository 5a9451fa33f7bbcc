import type { Emitter } from "../emitter.ts";
import type { Lowering } from "../lowering.ts";
import type { RowsValue } from "../values.ts";
import type { Local } from "../wasm/function.ts";
import { type Classes, emitArgMax, emitArgMaxOfGiven, storeLabel } from "./classes.ts";
import { emitLogisticOfBoth } from "./exponentials.ts";
import { emitPostTransform, type PostTransform } from "./post-transform.ts";

export interface ClassScores {
  /** float64 `[rows, classes]`, or `[rows, 1]` for two classes with one score; overwritten. */
  readonly sums: RowsValue;
  readonly label: RowsValue;
  readonly scores: RowsValue;
  readonly classes: Classes;
  readonly transform: PostTransform;
  /** What a single score is: the second class is above 0.5 of a `share`, above 0 of a `margin`. */
  readonly oneScore: "share" | "margin";
  /** Whether a margin that is not logistic is written as `[1 - s, s]`, as a linear model's is, instead of `[-s, s]`. */
  readonly complement?: boolean;
  /** Whether scores are compared as float32: shares that are equal in the trainer differ by float32 weights' own rounding in a float64 sum. */
  readonly single?: boolean;
  /** float64 `[rows, classes]`: 0 for a class that has no score, which the label is not chosen from. */
  readonly given?: RowsValue;
  /** Of two scores only the second is one, and the label goes by it as by a single score. */
  readonly ofSecond?: boolean;
}

/** From a row's sums to its label and scores, as ONNX Runtime's classifiers do. Only inside `eachRow`. */
export function emitClassScores(emitter: Emitter, parts: ClassScores, lowering: Lowering): void {
  const { sums, label, scores, classes, transform } = parts;
  if (sums.width === 1 && classes.count === 2) {
    emitOneScore(emitter, parts, lowering);
    return;
  }
  const best = emitter.fn.local("i32");
  if (parts.ofSecond === true) emitIsSecond(emitter, parts, 1, best);
  else if (parts.given !== undefined) emitArgMaxOfGiven(emitter, sums, parts.given, best, parts.single);
  else emitArgMax(emitter, sums, best, parts.single);
  storeLabel(emitter, classes, label, best);
  // Of a single class's score ONNX Runtime transforms PROBIT only.
  if (sums.width > 1 || transform === "PROBIT") emitPostTransform(emitter, transform, sums, lowering);
  emitter.elements(scores.width, (element) => emitter.storeF64(scores, element, () => emitter.load(sums, element)));
}

/** Sets `second` to whether the score in `element` is the second class's. */
function emitIsSecond(emitter: Emitter, { sums, oneScore, single }: ClassScores, element: number, second: Local): void {
  const { fn } = emitter;
  emitter.load(sums, element);
  if (single === true) fn.op("f32.demote_f64", "f64.promote_f32");
  fn.const("f64", oneScore === "share" ? 0.5 : 0)
    .op("f64.gt")
    .set(second);
}

/**
 * `[1 - s, s]` for a share; `[-s, s]` of the transformed score for PROBIT, whose second column ONNX Runtime leaves
 * unwritten, as the standard's own evaluator has it; for a margin `[σ(-s), σ(s)]` where it is logistic, else
 * `[-s, s]`.
 */
function emitOneScore(emitter: Emitter, parts: ClassScores, lowering: Lowering): void {
  const { sums, label, scores, classes, transform, oneScore, complement = false } = parts;
  const { fn } = emitter;
  const isLogistic = oneScore === "margin" && transform === "LOGISTIC";
  const second = fn.local("i32");
  emitIsSecond(emitter, parts, 0, second);
  storeLabel(emitter, classes, label, second);
  if (isLogistic && lowering.simd) {
    const both = fn.local("v128");
    emitter.load(sums, 0);
    emitLogisticOfBoth(fn);
    fn.set(both);
    emitter.storeF64(scores, 0, () => fn.get(both).op("f64x2.extract_lane_0"));
    emitter.storeF64(scores, 1, () => fn.get(both).op("f64x2.extract_lane_1"));
    return;
  }
  emitPostTransform(emitter, transform === "PROBIT" ? "PROBIT" : "NONE", sums, lowering);
  emitter.storeF64(scores, 0, () => {
    if (transform !== "PROBIT" && (oneScore === "share" || (complement && !isLogistic))) {
      fn.const("f64", 1);
      emitter.load(sums, 0);
      fn.op("f64.sub");
      return;
    }
    emitter.load(sums, 0);
    fn.op("f64.neg");
    if (isLogistic) fn.call(lowering.math.logistic);
  });
  emitter.storeF64(scores, 1, () => {
    emitter.load(sums, 0);
    if (isLogistic) fn.call(lowering.math.logistic);
  });
}
