import { textErrorContent } from "../../openapi/errors.ts";
import type { ErrorForm } from "../exchange.ts";

/**
 * `{"error": text}`, which is all that the specification has. Statuses stay: clients take everything but 200 for an error, and 404, 413,
 * 429 and 503 say more to what stands between than 400 would.
 */
export const openInferenceErrors: ErrorForm = {
  claims: (path) => path === "/v2" || path.startsWith("/v2/"),
  write: ({ message, path, hint }, answer) => {
    const where = path === undefined || path === "" ? "" : ` (at ${path})`;
    return { ...answer, body: JSON.stringify({ error: `${message}${where}${hint === undefined ? "" : ` ${hint}`}` }) };
  },
  describe: textErrorContent,
};
