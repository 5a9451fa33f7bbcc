import { SetosaError } from "../errors.ts";
import type { Signature, Task } from "../graph/signature.ts";

/** What of a model is asked for, by scikit-learn's names of it. */
export const predictMethods = ["predict", "predict_proba", "decision_function", "transform"] as const;
export type PredictMethod = (typeof predictMethods)[number];

/**
 * What a request's parameters ask for: `{"predict_method": "predict_proba"}`. Other parameters are nobody's, and count for nothing, as
 * MLflow has it for models whose signature has none.
 * @param path Where the parameters stand in the request
 * @throws SetosaError ARGUMENT_INVALID for a method that the model does not have
 */
export function readPredictMethod(parameters: unknown, signature: Signature, path: string): PredictMethod {
  if (parameters === undefined || parameters === null) return "predict";
  if (typeof parameters !== "object" || Array.isArray(parameters))
    throw new SetosaError("BODY_SHAPE_INVALID", `"${path}" is no object of parameters.`, {
      path,
      hint: `Send {"${path}": {"predict_method": "predict_proba"}}, or leave it out.`,
    });
  if (!Object.hasOwn(parameters, "predict_method")) return "predict";
  return checkPredictMethod((parameters as { predict_method: unknown }).predict_method, signature, `${path}["predict_method"]`);
}

/** @throws SetosaError ARGUMENT_INVALID for a method that the model does not have */
export function checkPredictMethod(given: unknown, { task }: Signature, path: string): PredictMethod {
  const methods = methodsOf(task);
  const method = methods.find((name) => name === given);
  if (method !== undefined) return method;
  throw new SetosaError("ARGUMENT_INVALID", `The model has no method ${JSON.stringify(given)?.slice(0, 80) ?? "of that name"}.`, {
    path,
    hint: `It has ${methods.join(", ")}.`,
  });
}

function methodsOf(task: Task): readonly PredictMethod[] {
  if (task.kind === "transformation") return ["predict", "transform"];
  if (!("scoreKind" in task) || task.scores === undefined) return ["predict"];
  const scored = { probability: "predict_proba", decision: "decision_function", distance: "transform" } as const;
  return ["predict", scored[task.scoreKind]];
}
