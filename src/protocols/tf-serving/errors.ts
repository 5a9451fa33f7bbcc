import { textErrorContent } from "../../openapi/errors.ts";
import type { Answer, ErrorForm } from "../exchange.ts";

/**
 * `{"error": "…"}`, as TensorFlow Serving and KServe both answer. Statuses stay: a code's own status is the one that TensorFlow Serving's
 * ToHTTPStatusCode has for what the code means.
 */
export const errorForm: ErrorForm = {
  claims: (path) => path.startsWith("/v1/"),
  write: ({ message, path, hint }, answer): Answer => {
    const place = path === undefined || path === "" ? "" : ` (at ${path})`;
    const fix = hint === undefined ? "" : ` ${hint}`;
    return { ...answer, body: `${JSON.stringify({ error: `${message}${place}${fix}` })}\n` };
  },
  describe: textErrorContent,
};
