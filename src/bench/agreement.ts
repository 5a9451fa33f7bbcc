import { describePrediction, samePrediction } from "./prediction.ts";
import type { Refusal } from "./result.ts";
import type { Target } from "./target.ts";

/**
 * Refuses every target that predicts otherwise than it should: than what the plan expects, or than the first target
 * that answered.
 */
export function refuseDisagreement(targets: readonly Target[], expected: unknown): Target[] {
  const reference = targets.find((target) => target.refusal === undefined && target.plan.constant !== true);
  return targets.map((target, index) => {
    if (target.refusal !== undefined || target.plan.constant === true || reference === undefined) return target;
    const differs = target.predictions.findIndex((prediction, row) => !samePrediction(prediction, expected ?? reference.predictions[row]));
    if (differs < 0) return target;
    const wanted = describePrediction(expected ?? reference.predictions[differs]);
    const whose = expected === undefined ? `target ${targets.indexOf(reference) + 1} predicts` : "expected is";
    const refusal: Refusal = {
      code: "PREDICTION_DIFFERS",
      message: `target ${index + 1} (${target.plan.name}) predicts ${describePrediction(target.predictions[differs])} for request ${differs + 1}, where ${whose} ${wanted}`,
    };
    return { ...target, refusal };
  });
}

/** Whether one prediction for all of many different requests should make a reader wonder. */
export function looksConstant({ predictions }: Target): boolean {
  return predictions.length >= 8 && predictions.every((prediction) => samePrediction(prediction, predictions[0]));
}
