import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { Answer, Answered, Head, HttpRequest } from "../../protocols/exchange.ts";
import { preferredCoding } from "../coding-headers.ts";
import type { PageFile } from "./page-files.ts";
import { pageHeaders } from "./page-headers.ts";

const unpack = promisify(gunzip);

/** How long browsers keep a file without asking again. */
export type Caching = "asked each time" | "for good";

/** Answers with one file, in gzip for who takes it. All that can be made in advance is. */
export function fileAnswers(file: PageFile, caching: Caching): (request: HttpRequest) => Answered {
  // Weak: the same content in gzip and plain (RFC 9110, 8.8.1).
  const etag = `W/"${file.hash}"`;
  const headers = {
    ...pageHeaders,
    etag,
    vary: caching === "for good" ? "accept-encoding" : "accept, accept-encoding",
    // Its name changes with its content. The index has to be asked for: it names the others.
    "cache-control": caching === "for good" ? "public, max-age=31536000, immutable" : "no-cache",
  };
  const plainHead: Head = { status: 200, headers: { ...headers, "content-type": file.type } };
  const compressed: Answer = {
    head: { status: 200, headers: { ...plainHead.headers, "content-encoding": "gzip" } },
    body: file.compressed,
  };
  const unchanged: Answer = { head: { status: 304, headers }, body: "" };
  // Nearly nobody asks for it; the first who does has it made for all.
  let plain: Promise<Answer> | undefined;
  return (request) => {
    if (matches(request.headers.get("if-none-match"), etag)) return unchanged;
    if (preferredCoding(request.headers.get("accept-encoding")) === "gzip") return compressed;
    plain ??= unpack(file.compressed).then((body) => ({ head: plainHead, body }));
    return plain;
  };
}

/** `If-None-Match` (RFC 9110, 13.1.2), compared weakly. */
function matches(header: string | null | undefined, etag: string): boolean {
  if (header === null || header === undefined) return false;
  if (header.trim() === "*") return true;
  const opaque = etag.slice(2);
  return header.split(",").some((tag) => tag.trim().replace(/^W\//, "") === opaque);
}
