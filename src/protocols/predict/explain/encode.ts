import type { ModelExplainer } from "../../../models/explain/model-explainer.ts";
import type { Model } from "../../../models/model.ts";
import { modelFields } from "../encode.ts";

/** Writes explanations: all that does not change from row to row is text already. */
export interface ExplanationEncoder {
  readonly opening: string;
  /** What stands behind a row's prediction: `,"contributions":{…}}`. */
  contributions(found: Float64Array): string;
  readonly closing: string;
}

export function createExplanationEncoder({ name, version }: Model, explainer: ModelExplainer): ExplanationEncoder {
  const { method, output, labels, features, baseValues } = explainer;
  const base = labels.map((label, index) => `${JSON.stringify(label)}:${numberText(baseValues[index] as number)}`).join(",");
  const featureKeys = features.map((feature, index) => `${index === 0 ? "" : ","}${JSON.stringify(feature)}:`);
  const labelKeys = labels.map((label, index) => `${index === 0 ? "" : ","}${JSON.stringify(label)}:{`);
  return {
    opening: `${modelFields(name, version)},"method":"${method}","output":"${output}","base_values":{${base}},"explanations":[`,
    contributions: (found) => {
      let text = ',"contributions":{';
      let at = 0;
      for (const label of labelKeys) {
        text += label;
        for (const feature of featureKeys) text += feature + numberText(found[at++] as number);
        text += "}";
      }
      return `${text}}}`;
    },
    closing: "]}\n",
  };
}

/** JSON has no NaN and no infinity, which no trained tree makes. */
function numberText(value: number): string {
  return Number.isFinite(value) ? String(value) : "null";
}
