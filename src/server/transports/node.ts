import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Answer, Head, HeaderReader, HttpRequest } from "../../protocols/exchange.ts";
import { listenError } from "../listen-error.ts";
import { splitTarget } from "../target.ts";
import type { Application, Listen, Receive } from "../transport.ts";

export const listenNode: Listen = async (application, options) => {
  const { limits } = application;
  let connections = 0;
  let draining = false;

  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.requestMilliseconds,
      requestTimeout: limits.requestMilliseconds,
      keepAliveTimeout: limits.idleMilliseconds,
      connectionsCheckingInterval: Math.min(1000, Math.max(10, limits.requestMilliseconds / 4)),
      noDelay: true,
    },
    (incoming, outgoing) => {
      if (connections > limits.connections) return write(outgoing, application.fault("too-many-connections"));
      const request = requestHead(incoming);
      const begun = application.begin(request);
      if (typeof begun === "function") {
        if (Number(incoming.headers["content-length"]) > limits.bodyBytes) write(outgoing, application.fault("body-too-large"));
        else receive(incoming, outgoing, request, begun);
      } else if (begun instanceof Promise) sendLater(outgoing, begun);
      else send(outgoing, begun);
    },
  );

  function receive(incoming: IncomingMessage, outgoing: ServerResponse, request: HttpRequest, take: Receive): void {
    let chunks: Buffer[] = [];
    let length = 0;
    incoming.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limits.bodyBytes) {
        chunks.push(chunk);
        return;
      }
      // The rest is read and thrown away, at most until the request's own time is up.
      chunks = [];
      if (!outgoing.headersSent) write(outgoing, application.fault("body-too-large"));
    });
    incoming.on("end", () => {
      if (outgoing.headersSent) return;
      const [first = empty] = chunks;
      const answered = take(request, chunks.length > 1 ? Buffer.concat(chunks, length) : first);
      if (answered instanceof Promise) sendLater(outgoing, answered);
      else send(outgoing, answered);
    });
    // The client went away before its body was whole: there is nobody to answer.
    incoming.on("error", () => {});
  }

  function send(outgoing: ServerResponse, answer: Answer): void {
    if (draining) outgoing.shouldKeepAlive = false;
    write(outgoing, answer);
  }

  function sendLater(outgoing: ServerResponse, answered: Promise<Answer>): void {
    answered.then((answer) => send(outgoing, answer)).catch(application.report);
  }

  server.on("connection", (socket: Socket) => {
    connections++;
    socket.on("close", () => connections--);
  });
  // Some room beyond the limit, so that the connections over it are told why instead of being cut.
  server.maxConnections = limits.connections + Math.max(16, limits.connections >> 3);

  await listening(server, application, options);
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : options.port,
    drain: () => {
      draining = true;
      return new Promise((resolve) => server.close(() => resolve()));
    },
    destroy: () => server.closeAllConnections(),
  };
};

const empty = new Uint8Array(0);

function listening(server: Server, application: Application, options: Parameters<Listen>[1]): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (cause: unknown) => reject(listenError(cause, options));
    server.once("error", failed);
    // In a cluster's worker, Node itself shares the port; `exclusive` would take one for each worker.
    server.listen({ host: options.host, port: options.port, exclusive: false }, () => {
      server.off("error", failed);
      server.on("error", application.report);
      resolve();
    });
  });
}

class NodeHeaders implements HeaderReader {
  private readonly headers: IncomingMessage["headers"];

  constructor(headers: IncomingMessage["headers"]) {
    this.headers = headers;
  }

  get(name: string): string | undefined {
    const value = this.headers[name];
    return typeof value === "string" ? value : value?.join(", ");
  }
}

function requestHead(incoming: IncomingMessage): HttpRequest {
  const { path, query } = splitTarget(incoming.url ?? "/");
  return { method: incoming.method ?? "GET", path, query, headers: new NodeHeaders(incoming.headers) };
}

/** A head's headers as the flat list that `writeHead` takes without copying or checking names again. */
const flatHeaders = new WeakMap<Head, string[]>();

function flat(head: Head): string[] {
  const known = flatHeaders.get(head);
  if (known !== undefined) return known;
  const list = Object.entries(head.headers).flat();
  flatHeaders.set(head, list);
  return list;
}

function write(outgoing: ServerResponse, { head, body }: Answer): void {
  // One write: Node puts the head in front of a string body that comes with `end`.
  outgoing.writeHead(head.status, [...flat(head), "content-length", String(Buffer.byteLength(body))]);
  outgoing.end(body);
}
