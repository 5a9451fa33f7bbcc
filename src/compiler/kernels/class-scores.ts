import type { Emitter } from "../emitter.ts";
import type { Lowering } from "../lowering.ts";
import type { RowsValue } from "../values.ts";
import { type Classes, emitArgMax, storeLabel } from "./classes.ts";
import { emitPostTransform, type PostTransform } from "./post-transform.ts";

export interface ClassScores {
  /** float64 `[rows, classes]`, or `[rows, 1]` for two classes with one score; overwritten. */
  readonly sums: RowsValue;
  readonly label: RowsValue;
  readonly scores: RowsValue;
  readonly classes: Classes;
  readonly transform: PostTransform;
  /** What a single score is: a `share` (second class above 0.5) or a `margin` (above 0). */
  readonly binary: "share" | "margin";
}

/** From a row's sums to its label and scores, as ONNX Runtime's classifiers do. Only inside `eachRow`. */
export function emitClassScores(emitter: Emitter, parts: ClassScores, lowering: Lowering): void {
  const { sums, label, scores, classes, transform } = parts;
  if (sums.width === 1 && classes.count === 2) {
    emitOneScore(emitter, parts, lowering);
    return;
  }
  const best = emitter.fn.local("i32");
  emitArgMax(emitter, sums, best);
  storeLabel(emitter, classes, label, best);
  emitPostTransform(emitter, transform, sums, lowering);
  emitter.elements(scores.width, (element) => emitter.storeF64(scores, element, () => emitter.load(sums, element)));
}

/** `[1 - s, s]` for a share, whatever the transform; `[σ(-s), σ(s)]` or `[-s, s]` for a margin. */
function emitOneScore(emitter: Emitter, { sums, label, scores, classes, transform, binary }: ClassScores, lowering: Lowering): void {
  const { fn } = emitter;
  const second = fn.local("i32");
  emitter.load(sums, 0);
  fn.const("f64", binary === "share" ? 0.5 : 0)
    .op("f64.gt")
    .set(second);
  storeLabel(emitter, classes, label, second);
  emitter.storeF64(scores, 0, () => {
    if (binary === "share") {
      fn.const("f64", 1);
      emitter.load(sums, 0);
      fn.op("f64.sub");
      return;
    }
    emitter.load(sums, 0);
    fn.op("f64.neg");
    if (transform === "LOGISTIC") fn.call(lowering.math.logistic);
  });
  emitter.storeF64(scores, 1, () => {
    emitter.load(sums, 0);
    if (binary === "margin" && transform === "LOGISTIC") fn.call(lowering.math.logistic);
  });
}
