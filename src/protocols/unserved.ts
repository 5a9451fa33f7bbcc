import { SetosaError } from "../errors.ts";
import type { ServedModels } from "../models/served-models.ts";

/** Why a model cannot be asked: that it is not loaded. Undefined where it is. */
export function unserved(models: ServedModels, name?: string): SetosaError | undefined {
  try {
    models.pick(name);
    return undefined;
  } catch (error) {
    if (error instanceof SetosaError) return error;
    throw error;
  }
}
