import { SetosaError } from "../errors.ts";

/** Content codings of HTTP (RFC 9110, 8.4.1) that are spoken here. */
export type Coding = "gzip" | "deflate";

/** What `Content-Encoding` says, or why that is not read. */
export function requestCoding(encoding: string): Coding | SetosaError {
  const name = encoding.trim().toLowerCase();
  if (name === "gzip" || name === "x-gzip") return "gzip";
  if (name === "deflate") return "deflate";
  return new SetosaError("CONTENT_TYPE_UNSUPPORTED", `The body is encoded as ${name.slice(0, 80)}, and gzip and deflate are read.`, {
    path: "Content-Encoding",
    hint: "Send the body plain, or with one of gzip and deflate.",
  });
}

export function decompressedTooLarge(most: number, cause?: unknown): SetosaError {
  return new SetosaError("BODY_TOO_LARGE", `The body is larger than ${most} bytes once it is decompressed.`, {
    hint: "Send fewer rows in one request, or start the server with a larger --max-body-bytes.",
    cause,
  });
}

export function notInCoding(coding: Coding, cause: unknown): SetosaError {
  return new SetosaError("REQUEST_INVALID", `The body is not ${coding}, or not all of it.`, {
    path: "Content-Encoding",
    hint: "Send the coding that the body is in, or leave the header out.",
    cause,
  });
}

/** `deflate` is the zlib format (RFC 9110, 8.4.1.2), but some send what is in it alone; zlib's first bytes are told by RFC 1950, 2.2. */
export function isZlib(body: Uint8Array): boolean {
  const [first = 0, second = 0] = body;
  return (first & 15) === 8 && ((first << 8) | second) % 31 === 0;
}

/**
 * The coding that a client accepts, by `Accept-Encoding` (RFC 9110, 12.5.3); gzip where it accepts both as much. Undefined where it would
 * rather have none.
 */
export function preferredCoding(accept: string | null | undefined): Coding | undefined {
  if (accept === null || accept === undefined) return undefined;
  const known = preferences.get(accept);
  if (known !== undefined) return known === "identity" ? undefined : known;
  const preferred = readPreference(accept);
  // Clients have a few of these, and hostile ones many.
  if (preferences.size >= mostPreferences) preferences.clear();
  preferences.set(accept, preferred);
  return preferred === "identity" ? undefined : preferred;
}

const preferences = new Map<string, Coding | "identity">();
const mostPreferences = 64;

function readPreference(accept: string): Coding | "identity" {
  const weights = new Map<string, number>();
  for (const part of accept.toLowerCase().split(",")) {
    const [name = "", ...parameters] = part.split(";").map((text) => text.trim());
    const quality = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
    const weight = quality === undefined ? 1 : Number(quality);
    if (name !== "" && weight >= 0 && weight <= 1) weights.set(name, weight);
  }
  const weightOf = (...names: string[]) => {
    const named = names.find((name) => weights.has(name));
    return weights.get(named ?? "*") ?? 0;
  };
  const gzipWeight = weightOf("gzip", "x-gzip");
  const deflateWeight = weightOf("deflate");
  const best = Math.max(gzipWeight, deflateWeight);
  if (best === 0 || (weights.get("identity") ?? 0) > best) return "identity";
  return gzipWeight === best ? "gzip" : "deflate";
}
