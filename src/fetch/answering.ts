import { SetosaError } from "../errors.ts";
import { errorAnswer } from "../protocols/error-answer.ts";
import type { Answer, HttpRequest } from "../protocols/exchange.ts";
import { type Application, type Client, isStream, type StreamReceive } from "../server/transport.ts";
import { readBody, TooLarge } from "./body.ts";
import { WebExchange } from "./exchange.ts";
import { responseOf } from "./response.ts";

/** Answers one request of the web. Never rejects. */
export type Answering = (http: HttpRequest, request: Request) => Promise<Response>;

/** What transports do with bytes, done with Request and Response: the head first, then the body as far as it may go, then the answer. */
export function createAnswering(application: Application, newRequestId: () => string): Answering {
  const { limits, report } = application;

  const respond = (answer: Answer, { method, requestId }: HttpRequest): Response =>
    responseOf(answer, answer.requestId ?? requestId ?? (answer.code === undefined ? undefined : newRequestId()), method === "HEAD");

  const stream = (receive: StreamReceive, http: HttpRequest, request: Request): Promise<Response> => {
    if (declaredLength(request) > limits.streamBytes) throw new TooLarge("stream-too-large", declaredLength(request));
    return new Promise((resolve, reject) => {
      const exchange = new WebExchange({ request, most: limits.streamBytes, requestId: http.requestId, respond: resolve });
      receive.stream(http, exchange, exchange).then((answer) => {
        const { begun } = exchange;
        exchange.finish(answer.error);
        if (!begun) resolve(respond(answer, http));
      }, reject);
    });
  };

  const attempt = async (http: HttpRequest, request: Request, client: Client): Promise<Response> => {
    const begun = application.begin(http, client);
    if (typeof begun !== "function") return isStream(begun) ? stream(begun, http, request) : respond(await begun, http);
    if (declaredLength(request) > limits.bodyBytes) throw new TooLarge("body-too-large", declaredLength(request));
    return respond(await begun(http, await readBody(request, limits.bodyBytes), client), http);
  };

  return async (http, request) => {
    const client: Client = { startedAt: 0, gone: undefined };
    const abort = () => client.gone?.();
    const { signal } = request;
    signal.addEventListener("abort", abort, { once: true });
    try {
      return await attempt(http, request, client);
    } catch (error) {
      if (error instanceof TooLarge) return respond(application.fault(error.fault, { request: http, client, bytes: error.bytes }), http);
      if (!(error instanceof SetosaError)) report(error);
      return respond(errorAnswer(error), http);
    } finally {
      signal.removeEventListener("abort", abort);
    }
  };
}

/** As far as the request says it: it may say nothing, and may not be true. */
function declaredLength({ headers }: Request): number {
  return Number(headers.get("content-length") ?? 0);
}
