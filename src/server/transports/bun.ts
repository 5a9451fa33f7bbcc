import type { Answer, HttpRequest } from "../../protocols/exchange.ts";
import { listenError } from "../listen-error.ts";
import { splitTarget } from "../target.ts";
import type { Listen, Receive } from "../transport.ts";

/** Seconds that a connection stays open while an engine works on its request: Bun's longest idle time-out. */
const longestIdleSeconds = 255;

/** A request whose body has not arrived whole, or whose answer has not been computed. */
interface Pending {
  /** Clock tick at which the body counts as too slow. */
  readonly overdueAt: number;
  readonly settle: (response: Response) => void;
}

export const listenBun: Listen = async (application, options) => {
  const { limits } = application;
  const pending = new Set<Pending>();
  // Coarse on purpose: a timer per request would cost more than the prediction.
  let tick = 0;
  const tickMilliseconds = Math.min(1000, Math.max(10, limits.requestMilliseconds / 4));
  const sweep = setInterval(() => {
    tick++;
    for (const entry of pending) if (tick >= entry.overdueAt) entry.settle(respond(application.fault("body-too-slow")));
  }, tickMilliseconds);
  sweep.unref();
  const patience = Math.ceil(limits.requestMilliseconds / tickMilliseconds) + 1;

  const fetch = (request: Request, server: Bun.Server<undefined>): Response | Promise<Response> => {
    const head = requestHead(request);
    const begun = application.begin(head);
    if (typeof begun !== "function") return begun instanceof Promise ? later(begun, request, server) : respond(begun);
    if (pending.size >= limits.connections) return respond(application.fault("too-many-connections"));
    const length = request.headers.get("content-length");
    if (length !== null && Number(length) > limits.bodyBytes) return respond(application.fault("body-too-large"));
    return new Promise((resolve) => {
      const entry: Pending = {
        overdueAt: tick + patience,
        settle: (response) => {
          pending.delete(entry);
          resolve(response);
        },
      };
      pending.add(entry);
      receive(request, length !== null, begun, head, entry, server);
    });
  };

  /** Without a declared length the body is counted while it streams, so that no more than the limit is ever held. */
  function receive(
    request: Request,
    declared: boolean,
    take: Receive,
    head: HttpRequest,
    entry: Pending,
    server: Bun.Server<undefined>,
  ): void {
    const body: Promise<ArrayBuffer | Uint8Array | undefined> =
      declared || request.body === null ? request.arrayBuffer() : readUpTo(request.body, limits.bodyBytes);
    body.then(
      (bytes) => {
        if (bytes === undefined) return entry.settle(respond(application.fault("body-too-large")));
        const answered = take(head, bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes));
        if (!(answered instanceof Promise)) return entry.settle(respond(answered));
        pending.delete(entry);
        later(answered, request, server).then(entry.settle, application.report);
      },
      // The client went away before its body was whole, or sent chunks that are none; Bun has closed the connection.
      () => entry.settle(respond(application.fault("body-too-slow"))),
    );
  }

  let server: Bun.Server<undefined>;
  try {
    server = Bun.serve({
      hostname: options.host,
      port: options.port,
      reusePort: options.shared,
      development: false,
      idleTimeout: Math.min(longestIdleSeconds, Math.ceil(limits.idleMilliseconds / 1000)),
      // Bun's own refusal has no body to say why: the limit is checked above.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      fetch,
      error(error) {
        application.report(error);
        return new Response(null, { status: 500 });
      },
    });
  } catch (cause) {
    clearInterval(sweep);
    throw listenError(cause, options);
  }

  return {
    port: server.port ?? options.port,
    drain: () => server.stop(false).finally(() => clearInterval(sweep)),
    destroy: () => {
      clearInterval(sweep);
      void server.stop(true);
    },
  };
};

/** Bun's `url` is absolute, or a bare path where the Host header makes no URL. */
function requestHead(request: Request): HttpRequest {
  const { path, query } = splitTarget(request.url);
  return { method: request.method, path, query, headers: request.headers };
}

function respond(answer: Answer): Response {
  return new Response(answer.body, answer.head);
}

/** An engine may work for longer than a connection may idle; the application has its own deadline. */
function later(answered: Promise<Answer>, request: Request, server: Bun.Server<undefined>): Promise<Response> {
  server.timeout(request, longestIdleSeconds);
  return answered.then(respond);
}

async function readUpTo(stream: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > limit) return undefined;
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length);
}
