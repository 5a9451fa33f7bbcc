import type { HttpRequest } from "../protocols/exchange.ts";
import { saneRequestId } from "../telemetry/logs/request-id.ts";

/** The part of a URL behind its origin, as it was sent. */
interface Target {
  readonly path: string;
  readonly query: string;
}

/** By the text of the URL: taking it apart as a URL takes longer than many a prediction. */
export function targetOf(url: string): Target {
  const slashes = url.indexOf("://");
  const start = url.indexOf("/", slashes < 0 ? 0 : slashes + 3);
  const fragment = url.indexOf("#");
  const end = fragment < 0 ? url.length : fragment;
  if (start < 0 || start > end) return { path: "/", query: "" };
  const question = url.indexOf("?", start);
  if (question < 0 || question > end) return { path: url.slice(start, end), query: "" };
  return { path: url.slice(start, question), query: url.slice(question + 1, end) };
}

/** @param base What the path stands behind, without a slash at its end; `""` for nothing. Undefined for a path that does not */
export function httpRequest({ method, url, headers }: Request, base: string): HttpRequest | undefined {
  const { path, query } = targetOf(url);
  if (base !== "" && path !== base && !path.startsWith(`${base}/`)) return undefined;
  return {
    method,
    path: path.slice(base.length) || "/",
    query,
    headers,
    requestId: saneRequestId(headers.get("x-request-id")),
  };
}
