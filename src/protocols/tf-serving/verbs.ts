import { SetosaError } from "../../errors.ts";
import type { Model } from "../../models/model.ts";
import type { RowText } from "../row-text.ts";
import { classesText, valueText } from "./encode.ts";
import { defaultSignature } from "./signatures.ts";

/** `classify` and `regress`: what a row is answered with, and the names under which clients know that signature. */
export interface Verb {
  readonly text: RowText;
  readonly signatures: readonly string[];
}

/** Undefined where the model has no classes, or several labels for each row. */
export function classification({ signature: { task } }: Model): Verb | undefined {
  if (!("classes" in task)) return undefined;
  return {
    text: classesText(task.classes, task.scores !== undefined),
    signatures: [defaultSignature, "classification", "tensorflow/serving/classify"],
  };
}

/** Undefined where the model does not have one value for each row. */
export function regression({ signature: { task } }: Model): Verb | undefined {
  if (task.kind !== "regression" || task.targets.length !== 1) return undefined;
  return { text: valueText, signatures: [defaultSignature, "regression", "tensorflow/serving/regress"] };
}

/** @throws SetosaError ARGUMENT_INVALID */
export function checkVerb(verb: Verb | undefined, name: "classify" | "regress", model: string, signature: string | undefined): Verb {
  if (verb === undefined)
    throw new SetosaError(
      "ARGUMENT_INVALID",
      `The model "${model}" does not ${name}: it has no ${name === "classify" ? "classes" : "single value"} for a row.`,
      {
        hint: "Ask it with :predict.",
      },
    );
  if (signature === undefined || verb.signatures.includes(signature)) return verb;
  throw new SetosaError("ARGUMENT_INVALID", `Serving signature name: "${signature.slice(0, 80)}" not found in signature def.`, {
    path: "signature_name",
    hint: `For ${name} the model has ${verb.signatures.join(", ")}.`,
  });
}
