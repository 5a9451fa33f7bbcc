import { SetosaError } from "../errors.ts";
import type { HttpRequest } from "./exchange.ts";

/**
 * Refuses a request whose body is not plain JSON, before the body is read. A request without a content type
 * is taken for JSON.
 * @throws SetosaError CONTENT_TYPE_UNSUPPORTED
 */
export function checkJsonRequest(request: HttpRequest): void {
  const type = request.headers.get("content-type");
  if (type !== "application/json" && type !== null && type !== undefined) checkType(type);
  checkPlainBody(request);
}

/**
 * Refuses a body that is compressed.
 * @throws SetosaError CONTENT_TYPE_UNSUPPORTED
 */
export function checkPlainBody({ headers }: HttpRequest): void {
  const encoding = headers.get("content-encoding");
  if (encoding !== null && encoding !== undefined && encoding.toLowerCase() !== "identity")
    throw new SetosaError("CONTENT_TYPE_UNSUPPORTED", `The body is encoded as ${shorten(encoding)}, and only plain bodies are read.`, {
      path: "Content-Encoding",
      hint: "Send the body without compression.",
    });
}

/** The slow half, for a type that is not written in the one usual way. */
function checkType(type: string): void {
  const [essence = "", ...parameters] = type.toLowerCase().split(";");
  const media = essence.trim();
  if (media === "") return;
  if (media !== "application/json" && !/^application\/[\w.-]+\+json$/.test(media)) throw unsupported(media);
  for (const parameter of parameters) {
    const [name = "", value = ""] = parameter.split("=");
    const charset = value.trim().replaceAll('"', "");
    if (name.trim() === "charset" && charset !== "utf-8" && charset !== "utf8")
      throw new SetosaError("CONTENT_TYPE_UNSUPPORTED", `The body's character set is ${shorten(charset)}, and JSON is UTF-8.`, {
        path: "Content-Type",
        hint: "Send the body as UTF-8, with the header Content-Type: application/json.",
      });
  }
}

function unsupported(media: string): SetosaError {
  // What curl -d sends unless it is told otherwise: the most common first mistake.
  const form = media === "application/x-www-form-urlencoded";
  return new SetosaError("CONTENT_TYPE_UNSUPPORTED", `The body's content type is ${shorten(media)}, and this route reads JSON.`, {
    path: "Content-Type",
    hint: form
      ? "curl sends this type unless told otherwise: add -H 'Content-Type: application/json', or use curl --json."
      : "Send the header Content-Type: application/json.",
  });
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
