import type { Model } from "../models/model.ts";
import type { HttpRequest } from "./exchange.ts";
import { requestPriority } from "./request-priority.ts";

/**
 * Refuses before the body is read what the model's queue would not take.
 * @throws SetosaError OVERLOADED, ARGUMENT_INVALID for a priority that is none
 */
export function checkQueue({ engine: { queue } }: Model, request: HttpRequest): void {
  queue?.check(requestPriority(request));
}
