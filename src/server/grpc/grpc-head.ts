import type { HeaderReader, HttpRequest } from "../../protocols/exchange.ts";
import { saneRequestId } from "../../telemetry/logs/request-id.ts";
import type { Http2Head } from "../http2/request-head.ts";

/** A call's head, read once for all calls that have the same. */
export interface GrpcHead {
  readonly request: HttpRequest;
  /** As the client says; `identity` where it says nothing. */
  readonly encoding: string;
}

/** The head of a call; undefined where the request is none of gRPC (grpc/doc/PROTOCOL-HTTP2.md, "Requests"). */
export function readGrpcHead({ method, path, headers }: Http2Head): GrpcHead | undefined {
  const type = headers.get("content-type") ?? "";
  if (method !== "POST" || !/^application\/grpc(?:$|[+;])/i.test(type)) return undefined;
  const query = path.indexOf("?");
  return {
    request: {
      method,
      path: query < 0 ? path : path.slice(0, query),
      query: query < 0 ? "" : path.slice(query + 1),
      headers: new GrpcHeaders(headers),
      requestId: saneRequestId(headers.get("x-request-id")),
    },
    encoding: headers.get("grpc-encoding") ?? "identity",
  };
}

const timeoutHeader = "x-request-timeout-ms";

/** The same headers; gRPC's deadline is read where that of HTTP is. */
class GrpcHeaders implements HeaderReader {
  readonly #headers: HeaderReader;

  constructor(headers: HeaderReader) {
    this.#headers = headers;
  }

  get(name: string): string | null | undefined {
    const own = this.#headers.get(name);
    if (name !== timeoutHeader || own !== undefined) return own;
    const timeout = this.#headers.get("grpc-timeout");
    return timeout === undefined || timeout === null ? undefined : milliseconds(timeout);
  }
}

/** In nanoseconds, a million of which are a millisecond. */
const units: Readonly<Record<string, number>> = { H: 3.6e12, M: 6e10, S: 1e9, m: 1e6, u: 1e3, n: 1 };
/** Longer than any server waits, and a number that the header may have. */
const longest = 999_999_999;

/** `100m` is a tenth of a second (grpc/doc/PROTOCOL-HTTP2.md, "Timeout"). What cannot be read is handed on, to be refused. */
function milliseconds(timeout: string): string {
  const [, digits = "", unit = ""] = /^(\d{1,8})([HMSmun])$/.exec(timeout) ?? [];
  const nanoseconds = units[unit];
  if (nanoseconds === undefined) return timeout;
  return String(Math.min(longest, Math.max(1, Math.ceil((Number(digits) * nanoseconds) / 1e6))));
}
