import { undescribed } from "../../openapi/description.ts";
import type { Answer, Answered, Head, HttpRequest, Route } from "../exchange.ts";
import { checkEncoding } from "./compression.ts";

export const protocol = "open-inference-grpc";

/** Transports of gRPC have headers of their own. */
const head: Head = { status: 200, headers: { "content-type": "application/grpc" } };

export function reply(body: Uint8Array): Answer {
  return { head, body };
}

/** A method as a route: its path, and its message as the body. */
export function method(path: string, summary: string, answer: (message: Uint8Array, request: HttpRequest) => Answered): Route {
  return {
    path,
    summary,
    protocol,
    later: false,
    describe: undescribed,
    post: { check: checkEncoding, answer: (request, body) => answer(body, request) },
  };
}
