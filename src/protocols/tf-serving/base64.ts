import { SetosaError } from "../../errors.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** `{"b64": text}` and nothing else, which is how bytes are written (api_rest.md, "Encoding binary values"). */
export function isBase64(value: unknown): value is { readonly b64: string } {
  if (typeof value !== "object" || value === null) return false;
  for (const key in value) if (key !== "b64") return false;
  return typeof (value as { b64?: unknown }).b64 === "string" && Object.hasOwn(value, "b64");
}

/**
 * The text that the bytes are: strings are text here, and bytes that are none are nothing that a model could read.
 * @throws SetosaError FEATURE_TYPE_INVALID
 */
export function decodeBase64({ b64 }: { readonly b64: string }, where: () => string): string {
  let bytes: string;
  try {
    bytes = atob(b64);
  } catch (cause) {
    throw invalid('The value of "b64" is no base64.', where(), cause);
  }
  try {
    return decoder.decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
  } catch (cause) {
    throw invalid('The bytes of "b64" are no UTF-8 text.', where(), cause);
  }
}

/** As clients expect bytes: outputs whose name ends in `_bytes` are written so. */
export function encodeBase64(text: string): string {
  let bytes = "";
  for (const byte of encoder.encode(text)) bytes += String.fromCharCode(byte);
  return `{"b64":"${btoa(bytes)}"}`;
}

function invalid(message: string, path: string, cause: unknown): SetosaError {
  return new SetosaError("FEATURE_TYPE_INVALID", message, {
    path,
    hint: 'Send {"b64": "…"} with UTF-8 text in base64, or the text itself.',
    cause,
  });
}
