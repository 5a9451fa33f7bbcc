import { createServer, type Server, type Socket } from "node:net";
import { Http1Server } from "../http1/http1-server.ts";
import type { Wire } from "../http1/wire.ts";
import { listenError } from "../listen-error.ts";
import type { Application, Listen } from "../transport.ts";
import { bindSocket } from "../unix-socket.ts";
import type { WireServer } from "../wire-server.ts";
import { createTlsServer } from "./node-tls.ts";

/** Sockets of `node:net`: `node:http` costs more than twice as much for a small request. */
export const listenNode: Listen = async (application, options) => {
  const http = options.speaks?.(application) ?? new Http1Server(application);
  const server =
    options.tls === undefined
      ? createServer({ allowHalfOpen: true, noDelay: true }, (socket) => accept(http, socket))
      : createTlsServer(http, options.tls, (socket) => accept(http, socket));
  try {
    await listening(server, application, options);
  } catch (error) {
    http.destroy();
    throw error;
  }
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    connections: () => http.counts,
    retire: () => http.retire(),
    drain: async () => {
      server.close();
      await http.drain();
    },
    destroy: () => {
      server.close();
      http.destroy();
    },
  };
};

function accept(http: WireServer, socket: Socket): void {
  const connection = http.open(new NodeWire(socket));
  // A client that goes away in the middle is no event.
  socket.on("error", () => socket.destroy());
  if (connection === undefined) {
    socket.destroy();
    return;
  }
  socket.on("data", (bytes: Buffer) => connection.received(bytes));
  socket.on("end", () => connection.peerEnded());
  socket.on("drain", () => connection.drained());
  socket.on("close", () => http.closed(connection));
}

class NodeWire implements Wire {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get backlog(): number {
    return this.#socket.writableLength;
  }

  get address(): string | undefined {
    return this.#socket.remoteAddress;
  }

  write(data: string | Uint8Array): void {
    this.#socket.write(data);
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  reset(): void {
    try {
      this.#socket.resetAndDestroy();
    } catch {
      // Only TCP has a reset. Of TLS, a client takes an end without its alert for a failure.
      this.#socket.destroy();
    }
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }
}

function listening(server: Server, application: Application, options: Parameters<Listen>[1]): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (cause: unknown) => reject(listenError(cause, options));
    const ready = () => {
      server.off("error", failed);
      server.on("error", application.report);
      resolve();
    };
    server.once("error", failed);
    const { path, host, port } = options;
    if (path !== undefined) bindSocket(path, () => server.listen({ path, exclusive: true }, ready)).catch(reject);
    // In a cluster's worker, Node itself shares the port; `exclusive` would take one for each worker.
    else server.listen({ host, port, exclusive: false }, ready);
  });
}
