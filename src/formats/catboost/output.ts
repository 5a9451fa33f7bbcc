import { SetosaError } from "../../errors.ts";
import type { ClassLabel } from "../../graph/signature.ts";
import type { JsonValue } from "../json-text.ts";

/** What `predict` of the Python package makes of the sums over the trees. */
export type Output =
  | { readonly kind: "classification"; readonly classes: readonly ClassLabel[]; readonly transform: "LOGISTIC" | "SOFTMAX" }
  | { readonly kind: "regression"; readonly targets: readonly string[]; readonly transform: RegressionTransform };

/** `variance` is a mean and the logarithm of a deviation, of which the variance is given. */
export type RegressionTransform = "none" | "exponent" | "variance";

/** Losses of which `CatBoostRegressor.predict` gives the exponential. */
const exponential = new Set(["Poisson", "Tweedie"]);
/** Losses whose sums are not what is predicted. */
const unsupported = new Set(["MultiLogloss", "MultiCrossEntropy"]);

/** @param dimensions Sums that the trees make of a row */
export function readOutput(info: JsonValue, dimensions: number): Output {
  const loss = lossOf(info);
  if (unsupported.has(loss))
    throw new SetosaError("OPERATOR_UNSUPPORTED", `The loss ${loss} is not one that Setosa predicts from CatBoost's JSON.`, {
      path: "model_info.params.loss_function",
    });
  const params = info.get("class_params");
  if (params.isAbsent) {
    const targets = Array.from({ length: dimensions }, (_, target) => `prediction_${target}`);
    if (loss === "RMSEWithUncertainty") {
      if (dimensions !== 2) info.fail("a loss of two dimensions");
      return { kind: "regression", targets: ["mean", "variance"], transform: "variance" };
    }
    return { kind: "regression", targets, transform: exponential.has(loss) ? "exponent" : "none" };
  }
  const named = params.get("class_names");
  // Of the loss CrossEntropy, whose targets are probabilities, the classes have numbers only.
  const names = named.items.length === 0 ? params.get("class_to_label") : named;
  const classes = names.items.map(({ value, path }) => {
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
    return names.fail(`a list of names, and ${path} is none`);
  });
  const expected = dimensions === 1 ? 2 : dimensions;
  if (classes.length !== expected || new Set(classes).size !== expected) names.fail(`${expected} different names`);
  return { kind: "classification", classes, transform: dimensions === 1 || loss === "MultiClassOneVsAll" ? "LOGISTIC" : "SOFTMAX" };
}

/** `params` is an object, or one as text. */
function lossOf(info: JsonValue): string {
  const params = info.get("params");
  if (params.isAbsent) return "";
  const own = typeof params.value === "string" ? textParams(params) : params.get("loss_function").get("type");
  return own === undefined || typeof own === "string" ? (own ?? "") : own.text;
}

function textParams(params: JsonValue): string | undefined {
  try {
    const { loss_function: loss } = JSON.parse(params.text) as { loss_function?: { type?: unknown } };
    return typeof loss?.type === "string" ? loss.type : undefined;
  } catch {
    return params.fail("an object, as text");
  }
}
