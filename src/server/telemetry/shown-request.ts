import type { HttpRequest } from "../../protocols/exchange.ts";

const methods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]);

/** As OpenTelemetry has it: what is no method of HTTP would be a word of the client's. */
export function shownMethod(method: string): string {
  return methods.has(method) ? method : "_OTHER";
}

const longest = 80;

/**
 * What may be told of a path. A route's own is told as it is. Of others, only the names of ours at their start are: the rest is a
 * client's mistake, such as an escaped `?` with features behind it.
 * @param values Whether what a client sends may be told
 */
export function shownPath({ path, query }: HttpRequest, route: string | undefined, values: boolean): string {
  if (values) return query === "" ? path : `${path}?${query}`;
  if (route !== undefined) return route;
  const known =
    /^(?:\/(?:predict|models|versions|health|live|ready|metrics|v1|v2|invocations|ping|repository|docs))*\/?/.exec(path)?.[0] ?? "";
  return known.length < path.length ? `${known.slice(0, longest)}…` : known;
}
