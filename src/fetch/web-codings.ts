import { joinedBytes } from "../protocols/joined-bytes.ts";
import { type Coding, decompressedTooLarge, isZlib, notInCoding } from "../server/coding-headers.ts";
import type { Codings } from "../server/codings.ts";

/** Bodies by the web's own streams. Answers are left to the server or the CDN in front, which compresses everything else as well. */
export const webCodings: Codings = { decompress };

async function decompress(body: Uint8Array, coding: Coding, most: number): Promise<Uint8Array> {
  // Of no bytes it is told that there is no body.
  if (body.length === 0) return body;
  const format = coding === "gzip" ? "gzip" : isZlib(body) ? "deflate" : "deflate-raw";
  const source = new Blob([body as Uint8Array<ArrayBuffer>]).stream();
  const reader = (source.pipeThrough(new DecompressionStream(format)) as ReadableStream<Uint8Array>).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      length += piece.value.length;
      if (length > most) break;
      parts.push(piece.value);
    }
  } catch (cause) {
    throw notInCoding(coding, cause);
  }
  if (length > most) {
    await reader.cancel().catch(() => {});
    throw decompressedTooLarge(most);
  }
  return joinedBytes(parts);
}
