import type { HttpRequest } from "../../protocols/exchange.ts";

/**
 * Whether a request at `/` is a browser's: its Accept header names `text/html` and prefers nothing to it (RFC 9110, 12.5.1). Who takes
 * anything, as curl, Python and KServe's client do, has not asked for a page.
 */
export function wantsPage({ method, headers }: HttpRequest): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  const accept = headers.get("accept");
  if (accept === null || accept === undefined) return false;
  let page = 0;
  let other = 0;
  for (const range of accept.toLowerCase().split(",")) {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim());
    const weight = weightOf(parameters);
    if (type === "text/html") page = weight;
    else if (type === "application/json" || type === "text/plain") other = Math.max(other, weight);
  }
  return page > 0 && page >= other;
}

function weightOf(parameters: readonly string[]): number {
  const quality = parameters.find((parameter) => parameter.startsWith("q="));
  const weight = quality === undefined ? 1 : Number(quality.slice(2));
  return weight >= 0 && weight <= 1 ? weight : 0;
}
