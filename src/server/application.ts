import { SetosaError } from "../errors.ts";
import { errorAnswer } from "../protocols/error-answer.ts";
import type { Answer, Answered, HttpRequest, PostHandler, StreamHandler } from "../protocols/exchange.ts";
import { tooLargeError } from "./http1/stream-errors.ts";
import type { Limits } from "./limits.ts";
import type { OverloadGate } from "./overload-gate.ts";
import type { BoundRoute, Router } from "./router.ts";
import type { Application, Begun, Client, Receive, StreamReceive, TransportFault } from "./transport.ts";
import type { WaitingRoom } from "./waiting-room.ts";

export interface ApplicationOptions {
  readonly limits: Limits;
  /** The routes as they are now: asked for each request. */
  readonly router: () => Router;
  readonly waitingRoom: WaitingRoom;
  /** Refuses predictions while more come than can be answered; none are refused without it. */
  readonly gate?: OverloadGate<Answer> | undefined;
  /** Puts something around what takes bodies, once for each route. */
  readonly around?: ((route: BoundRoute, receive: Receive) => Receive) | undefined;
  /** The same for what takes bodies in pieces, once for each request. */
  readonly aroundStream?: ((route: BoundRoute, receive: StreamReceive) => StreamReceive) | undefined;
  /** Takes failures that no client may see: a log. */
  readonly report: (error: unknown, requestId?: string) => void;
  /** Hears why an answer ends before its end, which its client can only notice. */
  readonly brokenOff?: ((error: SetosaError, requestId?: string) => void) | undefined;
  /** Makes an `X-Request-Id`, for an error of a client that sent none; without it such an error has none. */
  readonly newRequestId?: (() => string) | undefined;
}

/** Routes requests, turns every failure into an answer, and bounds the work of engines that answer later. */
export function createApplication(options: ApplicationOptions): Application {
  const { limits, router, waitingRoom, gate, around, aroundStream, report, brokenOff, newRequestId } = options;
  const failure = (error: unknown, request: HttpRequest): Answer => {
    const answer = errorAnswer(error);
    if (error instanceof SetosaError && answer.head.status !== 500) return answer;
    // The log and the client have to name the same request.
    const requestId = request.requestId ?? newRequestId?.();
    report(error, requestId);
    return requestId === undefined ? answer : { ...answer, requestId };
  };

  /** Made once for each route, and gone with it. */
  const receivers = new WeakMap<BoundRoute, Receive>();
  const receiver = (route: BoundRoute, post: PostHandler): Receive => {
    const known = receivers.get(route);
    if (known !== undefined) return known;
    const plain: Receive = (request, body, client) => {
      try {
        if (!route.later) return settled(post.answer(request, body), request);
        return settled(
          waitingRoom.run(request, client, (options) => post.answer(request, body, options)),
          request,
        );
      } catch (error) {
        return failure(error, request);
      }
    };
    const receive = around?.(route, plain) ?? plain;
    receivers.set(route, receive);
    return receive;
  };

  const streamReceiver = (route: BoundRoute, handler: StreamHandler): StreamReceive => {
    const plain: StreamReceive = {
      stream: async (request, body, answer) => {
        try {
          return await handler(request, body, answer);
        } catch (error) {
          // Nobody else can say why an answer has no end.
          if (answer.begun && error instanceof SetosaError && error.code !== "REQUEST_CANCELLED") brokenOff?.(error, request.requestId);
          return body.broken !== undefined && error === body.broken ? brokenAnswer(body.broken) : failure(error, request);
        }
      },
    };
    return aroundStream?.(route, plain) ?? plain;
  };

  const settled = (answered: Answered, request: HttpRequest): Answered =>
    answered instanceof Promise ? answered.catch((error: unknown) => failure(error, request)) : answered;

  const begin = (request: HttpRequest, client?: Client): Begun => {
    try {
      const routes = router();
      const route = routes.find(request.path);
      const { method } = request;
      const { get, post } = route;
      if (gate?.watching === true && post !== undefined) {
        const refusal = gate.admit();
        if (refusal !== undefined) return refusal;
      }
      if (post !== undefined && method === "POST") {
        const handler = post.check(request);
        return handler === undefined ? receiver(route, post) : streamReceiver(route, handler);
      }
      if (route.stream !== undefined && method === "GET") return streamReceiver(route, route.stream);
      if (get !== undefined && (method === "GET" || method === "HEAD"))
        return settled(route.later ? waitingRoom.run(request, client, (options) => get(request, options)) : get(request), request);
      if (route.delete !== undefined && method === "DELETE") return settled(route.delete(request), request);
      if (method === "OPTIONS") return route.options;
      return errorAnswer(routes.methodError(route, method), { allow: route.allow });
    } catch (error) {
      return failure(error, request);
    }
  };

  return {
    limits,
    begin,
    report,
    fault: (fault) => faultAnswer(fault, limits),
    ...(newRequestId === undefined ? {} : { requestId: newRequestId }),
  };
}

/** What the transport has found: its client is to move on with another connection. */
function brokenAnswer(error: SetosaError): Answer {
  return errorAnswer(error, { close: true, ...(error.code === "DEADLINE_EXCEEDED" ? { status: 408 } : {}) });
}

/** Made once: refusing has to cost as little as it can. */
export const overloadedAnswer: Answer = errorAnswer(
  new SetosaError("OVERLOADED", "More requests come than the server can answer.", {
    hint: "Try again later, send fewer requests, or start more servers.",
  }),
);

function faultAnswer(fault: TransportFault, limits: Limits): Answer {
  switch (fault) {
    case "body-too-large":
      return errorAnswer(
        new SetosaError("BODY_TOO_LARGE", `The body is larger than ${limits.bodyBytes} bytes.`, {
          hint: "Send fewer rows in one request, or start the server with a larger --max-body-bytes.",
        }),
      );
    case "stream-too-large":
      return errorAnswer(tooLargeError(limits.streamBytes));
    case "body-too-slow":
      return errorAnswer(
        new SetosaError("DEADLINE_EXCEEDED", `The request did not arrive whole within ${limits.requestMilliseconds} ms.`, {
          hint: "Send the body at once, with the Content-Length that it has.",
        }),
        { status: 408, close: true },
      );
    case "too-many-connections":
      return errorAnswer(
        new SetosaError("OVERLOADED", `The server has its limit of ${limits.connections} connections.`, {
          hint: "Try again, and keep connections open between requests.",
        }),
        { close: true },
      );
  }
}
