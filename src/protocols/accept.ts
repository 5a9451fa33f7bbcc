import type { HttpRequest } from "./exchange.ts";

/**
 * Whether a client asks for JSON where plain text is what people get: its Accept header names JSON, and no
 * text type before it. A client without a preference (curl, hey, a browser) gets text.
 */
export function prefersJson({ headers }: HttpRequest): boolean {
  const accept = headers.get("accept");
  if (accept === null || accept === undefined) return false;
  const json = accept.search(/\bjson\b/i);
  if (json < 0) return false;
  const text = accept.search(/\btext\//i);
  return text < 0 || json < text;
}
