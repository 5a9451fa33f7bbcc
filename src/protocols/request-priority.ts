import { SetosaError } from "../errors.ts";
import type { Priority } from "../models/run-options.ts";
import { priorities } from "../models/run-options.ts";
import type { HttpRequest } from "./exchange.ts";

/**
 * Who is served first where requests wait for a model: `X-Request-Priority: high`, `normal` (without the header) or `low`.
 * @throws SetosaError ARGUMENT_INVALID
 */
export function requestPriority({ headers }: HttpRequest): Priority {
  const given = headers.get("x-request-priority");
  if (given === undefined || given === null) return "normal";
  const priority = priorities.find((name) => name === given.toLowerCase());
  if (priority !== undefined) return priority;
  throw new SetosaError("ARGUMENT_INVALID", `X-Request-Priority is ${JSON.stringify(given.slice(0, 80))}, which is no priority.`, {
    path: "X-Request-Priority",
    hint: `Send ${priorities.join(", ")}, or leave the header out.`,
  });
}
