import { SetosaError } from "../errors.ts";

/** @throws SetosaError EXPLANATION_UNSUPPORTED, always */
export function refuse(why: string, hint?: string): never {
  throw new SetosaError("EXPLANATION_UNSUPPORTED", `The model's predictions cannot be explained exactly: ${why}.`, {
    ...(hint === undefined ? {} : { hint }),
  });
}
