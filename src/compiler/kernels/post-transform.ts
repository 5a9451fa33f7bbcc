import { intAttribute, stringAttribute } from "../../graph/attributes.ts";
import type { Emitter } from "../emitter.ts";
import { type Lowering, type LoweringNode, unsupported } from "../lowering.ts";
import type { RowsValue } from "../values.ts";
import { emitLogisticPairs, emitSoftmaxPairs } from "./exponentials.ts";

/** As ONNX Runtime numbers them in ai.onnx.ml 5; the standard has 1 for SOFTMAX and 2 for LOGISTIC. */
const postTransforms = ["NONE", "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO", "PROBIT"] as const;
export type PostTransform = (typeof postTransforms)[number];

/** Only while nodes are lowered: one of them imports a function of the host. */
export function postTransformOf(node: LoweringNode, lowering: Lowering): PostTransform {
  const name = stringAttribute(node, "post_transform") ?? "NONE";
  return prepared(node, postTransforms.indexOf(name as PostTransform), name, lowering);
}

/** The same where the attribute is a number. */
export function postTransformByNumber(node: LoweringNode, lowering: Lowering): PostTransform {
  const number = intAttribute(node, "post_transform", 0);
  return prepared(node, number, String(number), lowering);
}

function prepared(node: LoweringNode, number: number, name: string, { math }: Lowering): PostTransform {
  const transform = postTransforms[number] ?? unsupported(node, `the post-transform ${name}`);
  if (transform === "PROBIT") math.host("log");
  return transform;
}

/** Applies the transform to a row of float64 scores, in place. Only inside `eachRow` over `scores`. */
export function emitPostTransform(emitter: Emitter, transform: PostTransform, scores: RowsValue, lowering: Lowering): void {
  if (transform === "LOGISTIC" && lowering.simd) emitLogisticPairs(emitter, scores);
  else if (transform === "LOGISTIC")
    emitter.elements(scores.width, (element) =>
      emitter.store(scores, element, () => {
        emitter.load(scores, element);
        emitter.fn.call(lowering.math.logistic);
      }),
    );
  else if (transform === "SOFTMAX") emitSoftmax(emitter, scores, lowering);
  else if (transform === "SOFTMAX_ZERO") emitSoftmaxZero(emitter, scores, lowering);
  else if (transform === "PROBIT") emitProbit(emitter, scores, lowering);
}

/** √2·erf⁻¹(2x - 1), with ONNX Runtime's approximation of erf⁻¹ (Winitzki's, a = 0.147). */
function emitProbit(emitter: Emitter, scores: RowsValue, { math }: Lowering): void {
  const { fn } = emitter;
  const a = 0.147;
  const y = fn.local("f64");
  const log = fn.local("f64");
  const v = fn.local("f64");
  emitter.elements(scores.width, (element) =>
    emitter.store(scores, element, () => {
      emitter.load(scores, element);
      fn.const("f64", 2).op("f64.mul").const("f64", 1).op("f64.sub").set(y);
      fn.const("f64", 1).get(y).op("f64.sub").const("f64", 1).get(y).op("f64.add", "f64.mul").call(math.host("log")).set(log);
      fn.get(log)
        .const("f64", 0.5)
        .op("f64.mul")
        .const("f64", 2 / (Math.PI * a))
        .op("f64.add")
        .set(v);
      fn.get(v).get(v).op("f64.mul").get(log).const("f64", a).op("f64.div", "f64.sub", "f64.sqrt").get(v).op("f64.sub", "f64.sqrt");
      fn.const("f64", Math.SQRT2).op("f64.mul");
      fn.const("f64", -1).const("f64", 1).get(y).const("f64", 0).op("f64.lt", "select", "f64.mul");
    }),
  );
}

/** e^(x - max) / sum of them. */
export function emitSoftmax(emitter: Emitter, scores: RowsValue, lowering: Lowering): void {
  if (lowering.simd) emitSoftmaxPairs(emitter, scores, scores);
  else emitExponentials(emitter, scores, lowering, false);
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
