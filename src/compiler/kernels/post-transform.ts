import { stringAttribute } from "../../graph/attributes.ts";
import type { Emitter } from "../emitter.ts";
import { type Lowering, type LoweringNode, unsupported } from "../lowering.ts";
import type { RowsValue } from "../values.ts";

const postTransforms = ["NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO"] as const;
export type PostTransform = (typeof postTransforms)[number];

export function postTransformOf(node: LoweringNode): PostTransform {
  const name = stringAttribute(node, "post_transform") ?? "NONE";
  return postTransforms.find((known) => known === name) ?? unsupported(node, `the post-transform ${name}`);
}

/** Applies the transform to a row of float64 scores, in place. Only inside `eachRow` over `scores`. */
export function emitPostTransform(emitter: Emitter, transform: PostTransform, scores: RowsValue, lowering: Lowering): void {
  if (transform === "LOGISTIC")
    emitter.elements(scores.width, (element) =>
      emitter.store(scores, element, () => {
        emitter.load(scores, element);
        emitter.fn.call(lowering.math.logistic);
      }),
    );
  else if (transform === "SOFTMAX") emitSoftmax(emitter, scores, lowering);
  else if (transform === "SOFTMAX_ZERO") emitSoftmaxZero(emitter, scores, lowering);
}

/** e^(x - max) / sum of them. */
export function emitSoftmax(emitter: Emitter, scores: RowsValue, lowering: Lowering): void {
  emitExponentials(emitter, scores, lowering, false);
}

/** ONNX Runtime's form: a score within 1e-7 of zero becomes x·e^-max and is not in the sum. */
function emitSoftmaxZero(emitter: Emitter, scores: RowsValue, lowering: Lowering): void {
  emitExponentials(emitter, scores, lowering, true);
}

function emitExponentials(emitter: Emitter, scores: RowsValue, lowering: Lowering, keepZeros: boolean): void {
  const { fn } = emitter;
  const largest = fn.local("f64");
  const sum = fn.local("f64");
  const power = fn.local("f64");
  fn.const("f64", Number.NEGATIVE_INFINITY).set(largest).const("f64", 0).set(sum);
  emitter.elements(scores.width, (element) => {
    emitter.load(scores, element);
    fn.get(largest).op("f64.max").set(largest);
  });
  emitter.elements(scores.width, (element) => {
    emitter.load(scores, element);
    fn.get(largest).op("f64.sub").call(lowering.math.exp).set(power);
    if (keepZeros) {
      emitter.load(scores, element);
      fn.op("f64.abs").const("f64", 1e-7).op("f64.gt");
      fn.if(
        () => fn.get(sum).get(power).op("f64.add").set(sum),
        () => {
          emitter.load(scores, element);
          fn.get(largest).op("f64.neg").call(lowering.math.exp).op("f64.mul").set(power);
        },
      );
    } else fn.get(sum).get(power).op("f64.add").set(sum);
    emitter.store(scores, element, () => fn.get(power));
  });
  emitter.elements(scores.width, (element) =>
    emitter.store(scores, element, () => {
      emitter.load(scores, element);
      fn.get(sum).op("f64.div");
    }),
  );
}
