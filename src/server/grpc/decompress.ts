import { gunzip, gunzipSync, type InputType, inflate, inflateSync } from "node:zlib";
import { SetosaError } from "../../errors.ts";
import type { Encoding } from "../../protocols/open-inference-grpc/compression.ts";

/** Compressed bytes that are read at once: more would keep others waiting. */
const mostInline = 16_384;

const inline: Readonly<Record<Encoding, (bytes: InputType, options: { maxOutputLength: number }) => Buffer>> = {
  gzip: gunzipSync,
  deflate: inflateSync,
};
const later = { gzip: gunzip, deflate: inflate } as const;

/**
 * A message as it was before it was compressed.
 * @param most Bytes that it may have
 * @throws SetosaError BODY_TOO_LARGE, BODY_SHAPE_INVALID; rejects with them where it answers later
 */
export function decompress(encoding: Encoding, bytes: Uint8Array, most: number): Uint8Array | Promise<Uint8Array> {
  const options = { maxOutputLength: most };
  if (bytes.length <= mostInline) {
    try {
      return inline[encoding](bytes, options);
    } catch (error) {
      throw failure(error, most);
    }
  }
  return new Promise((resolve, reject) => {
    later[encoding](bytes, options, (error, result) => {
      if (error === null) resolve(result);
      else reject(failure(error, most));
    });
  });
}

function failure(cause: unknown, most: number): SetosaError {
  const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
  if (code === "ERR_BUFFER_TOO_LARGE")
    return new SetosaError("BODY_TOO_LARGE", `The message is larger than ${most} bytes when it is decompressed.`, {
      hint: "Send fewer rows in one request, or start the server with a larger --max-body-bytes.",
      cause,
    });
  return new SetosaError("BODY_SHAPE_INVALID", "The message is not compressed as grpc-encoding says.", {
    path: "grpc-encoding",
    hint: "Compress it whole, or send it as it is.",
    cause,
  });
}
