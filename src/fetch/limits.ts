import { defaultLimits, type Limits } from "../server/limits.ts";

/** What a handler accepts before it refuses. How slowly requests come, and how many, is the affair of the server that it runs in. */
export type HandlerLimits = Pick<Limits, "bodyBytes" | "streamBytes" | "jsonDepth" | "rows" | "deadlineMilliseconds">;

export function handlerLimits(given: Partial<HandlerLimits> = {}): Limits {
  return { ...defaultLimits, ...given };
}
