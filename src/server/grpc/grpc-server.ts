import { SetosaError } from "../../errors.ts";
import { errorAnswer } from "../../protocols/error-answer.ts";
import { Http2Server } from "../http2/http2-server.ts";
import type { Http2Head } from "../http2/request-head.ts";
import type { Application } from "../transport.ts";
import { errorBlock, notGrpcBlock } from "./answer-blocks.ts";
import { type GrpcHead, readGrpcHead } from "./grpc-head.ts";
import { StreamCall } from "./stream-call.ts";
import { UnaryCall } from "./unary-call.ts";
import { type Look, WatchCall } from "./watch-call.ts";

export interface GrpcMethods {
  /** Paths whose calls take any number of messages, each answered by one. */
  readonly streaming: ReadonlySet<string>;
  /** Paths whose calls take one message and are answered again with each change, and what they are answered now. */
  readonly watching: ReadonlyMap<string, Look>;
}

/**
 * gRPC over HTTP/2: every message is handed to the application as the body of a POST to the method's path, so that keys, rates, limits,
 * metrics, logs and traces are those of HTTP.
 */
export function createGrpcServer(application: Application, { streaming, watching }: GrpcMethods): Http2Server {
  const heads = new WeakMap<Http2Head, GrpcHead>();
  const watches = new Set<WatchCall>();
  const invalid = (error: SetosaError, client: { readonly address: string | undefined }): void =>
    application.invalid?.(error, errorAnswer(error), { startedAt: 0, address: client.address });

  return new Http2Server(application, {
    invalid,
    handle: (received, stream, connection) => {
      const head = heads.get(received) ?? readGrpcHead(received);
      if (head === undefined) {
        invalid(new SetosaError("CONTENT_TYPE_UNSUPPORTED", "The request is none of gRPC."), connection);
        stream.end(notGrpcBlock);
        return;
      }
      heads.set(received, head);
      const { path } = head.request;
      const look = watching.get(path);
      const call =
        look !== undefined
          ? new WatchCall(application, head, stream, connection)
          : streaming.has(path)
            ? new StreamCall(application, head, stream, connection)
            : new UnaryCall(application, head, stream, connection);
      if (call instanceof WatchCall) watches.add(call);
      stream.handler = call;
      call.begin();
    },
    refuse: (stream, connection) => {
      const error = new SetosaError("HEADERS_TOO_LARGE", `The call's headers are larger than ${application.limits.headerBytes} bytes.`, {
        hint: "Send less metadata.",
      });
      invalid(error, connection);
      stream.end(errorBlock(errorAnswer(error)));
    },
    tick: () => {
      for (const call of watches) if (!call.look((message) => (watching.get(call.path) as Look)(message))) watches.delete(call);
    },
  });
}
