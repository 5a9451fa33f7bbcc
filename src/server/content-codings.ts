import { promisify } from "node:util";
import { deflate, gunzip, gzip, inflate, inflateRaw } from "node:zlib";
import { type Coding, decompressedTooLarge, isZlib, notInCoding } from "./coding-headers.ts";

/** Fast: answers are made once and read once. */
const level = 1;
/** Bytes that come out of a step; small ones make a step for every 16 KB of a large body. */
const chunkSize = 65_536;

const unpack = { gunzip: promisify(gunzip), inflate: promisify(inflate), inflateRaw: promisify(inflateRaw) };
const pack = { gzip: promisify(gzip), deflate: promisify(deflate) };

/**
 * Outside of this thread.
 * @param most Bytes that may come out
 * @throws SetosaError BODY_TOO_LARGE, REQUEST_INVALID for bytes that are not in the coding
 */
export async function decompress(body: Uint8Array, coding: Coding, most: number): Promise<Uint8Array> {
  // Of no bytes it is told that there is no body.
  if (body.length === 0) return body;
  try {
    return await unpack[coding === "gzip" ? "gunzip" : isZlib(body) ? "inflate" : "inflateRaw"](body, { maxOutputLength: most, chunkSize });
  } catch (cause) {
    if ((cause as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE") throw decompressedTooLarge(most, cause);
    throw notInCoding(coding, cause);
  }
}

/** Outside of this thread. */
export function compress(body: string | Uint8Array, coding: Coding): Promise<Uint8Array> {
  return pack[coding](body, { level, chunkSize });
}
