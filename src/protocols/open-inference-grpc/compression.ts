import { SetosaError } from "../../errors.ts";
import type { HttpRequest } from "../exchange.ts";

/** How messages may be compressed (grpc/doc/compression.md). */
export const encodings = ["deflate", "gzip"] as const;
export type Encoding = (typeof encodings)[number];

export function isEncoding(name: string): name is Encoding {
  return encodings.some((known) => known === name);
}

/**
 * Before a call's messages come. "If a client message is compressed by an algorithm that is not supported by a server, the message will
 * result in an UNIMPLEMENTED error status on the server" (grpc/doc/compression.md).
 */
export function checkEncoding({ headers }: HttpRequest): void {
  const encoding = headers.get("grpc-encoding") ?? "identity";
  if (encoding !== "identity" && !isEncoding(encoding))
    throw new SetosaError(
      "CONTENT_TYPE_UNSUPPORTED",
      `Messages are not read that are compressed by ${JSON.stringify(encoding.slice(0, 80))}.`,
      {
        path: "grpc-encoding",
        hint: `Compress them by ${encodings.join(" or ")}, or not at all.`,
      },
    );
}
