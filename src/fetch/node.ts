import type { IncomingMessage, ServerResponse } from "node:http";
import type { Handler } from "./handler.ts";

/** What node:http, Connect and Express call for a request. */
export type NodeMiddleware = (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void) => void;

/**
 * A handler for Node's own requests and responses: as Express's middleware, which goes on with the next one at paths that are not the
 * handler's, or as the listener of a node:http server, which answers 404 there. Under a mount point (`app.use("/ml", …)`) it sees the rest of
 * the path, as every middleware does.
 */
export function nodeMiddleware(handler: Handler): NodeMiddleware {
  return (incoming, outgoing, next) => {
    const gone = new AbortController();
    outgoing.once("close", () => {
      if (!outgoing.writableFinished) gone.abort();
    });
    try {
      const request = webRequest(incoming, gone.signal);
      const answered = next === undefined ? handler(request) : handler.answer(request);
      if (answered === undefined) return next?.();
      answered.then((response) => send(response, outgoing)).catch((error: unknown) => outgoing.destroy(asError(error)));
    } catch (error) {
      // Request takes no TRACE and no broken header.
      if (next === undefined) outgoing.writeHead(400).end();
      else next(error);
    }
  };
}

function webRequest(incoming: IncomingMessage, signal: AbortSignal): Request {
  const { method = "GET", url = "/" } = incoming;
  const headers = new Headers();
  // Those of HTTP/2 that begin with a colon are no headers.
  for (const [name, value] of Object.entries(incoming.headers))
    if (value !== undefined && !name.startsWith(":")) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  // Whose host it is does not matter here, and a client may have written anything.
  const address = `http://localhost${url.startsWith("/") ? url : "/"}`;
  if (method === "GET" || method === "HEAD") return new Request(address, { method, headers, signal });
  const { body } = incoming as { body?: unknown };
  // Half duplex is what Node asks for where a body is a stream.
  const init = { method, headers, signal, body: bodyOf(incoming, body), duplex: "half" };
  return new Request(address, init as unknown as RequestInit);
}

/** What a parser before this one has made of the body, as it was: else the body itself. */
function bodyOf(incoming: IncomingMessage, parsed: unknown): string | Uint8Array | ReadableStream {
  if (!incoming.readableDidRead || parsed === undefined) return lazily(incoming);
  if (typeof parsed === "string" || parsed instanceof Uint8Array) return parsed;
  return JSON.stringify(parsed);
}

/** Nothing is read before somebody wants it: the next middleware may be the one that does. */
function lazily(incoming: IncomingMessage): ReadableStream<Uint8Array<ArrayBuffer>> {
  let pieces: AsyncIterator<Uint8Array<ArrayBuffer>> | undefined;
  return new ReadableStream(
    {
      pull: async (controller) => {
        pieces ??= incoming[Symbol.asyncIterator]();
        const { done, value } = await pieces.next();
        if (done === true) controller.close();
        else controller.enqueue(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
      },
      cancel: () => {
        // What is left of it is read and thrown away, so that the client comes to read the answer.
        incoming.resume();
      },
    },
    { highWaterMark: 0 },
  );
}

async function send({ status, headers, body }: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(status, Object.fromEntries(headers));
  const reader = body?.getReader();
  for (let piece = await reader?.read(); piece?.done === false; piece = await reader?.read()) {
    if (outgoing.write(piece.value)) continue;
    const goesOn = await new Promise<boolean>((resolve) => {
      outgoing.once("drain", () => resolve(true));
      outgoing.once("close", () => resolve(false));
    });
    if (goesOn) continue;
    await reader?.cancel();
    return;
  }
  outgoing.end();
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
