import { SetosaError } from "../errors.ts";
import type { HttpRequest } from "./exchange.ts";

/**
 * For routes whose model is named in the body: the gate before them knows the path only.
 * @throws SetosaError PERMISSION_DENIED
 */
export function checkAllowed({ allowedModels }: HttpRequest, model: string): void {
  if (allowedModels !== undefined && !allowedModels.has(model)) throw forbiddenModel(model);
}

export function forbiddenModel(model: string): SetosaError {
  return new SetosaError("PERMISSION_DENIED", `The API key may not ask the model "${model.slice(0, 80)}".`, {
    hint: "Ask one of the models that it was made for, or the operator for another key.",
  });
}
