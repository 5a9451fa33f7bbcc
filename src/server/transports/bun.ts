import { Http1Server } from "../http1/http1-server.ts";
import { listenError } from "../listen-error.ts";
import type { Listen, ListenOptions } from "../transport.ts";
import { bindSocket } from "../unix-socket.ts";
import { overTls } from "./bun-tls.ts";
import { type Handler, type Peer, peerHandler } from "./bun-wire.ts";

/** Sockets of Bun: `Bun.serve` costs about half as much again for a small request with a body. */
export const listenBun: Listen = async (application, options) => {
  const http = options.speaks?.(application) ?? new Http1Server(application);
  const handler = options.tls === undefined ? peerHandler(http) : overTls(http, options.tls);
  let listener: Bun.SocketListener<Peer>;
  try {
    listener = await listen(options, handler);
  } catch (cause) {
    http.destroy();
    throw listenError(cause, options);
  }
  return {
    port: "port" in listener && typeof listener.port === "number" ? listener.port : 0,
    connections: () => http.counts,
    retire: () => http.retire(),
    drain: async () => {
      listener.stop(false);
      await http.drain();
    },
    destroy: () => {
      listener.stop(true);
      http.destroy();
    },
  };
};

async function listen({ host, port, shared, path }: ListenOptions, socket: Handler): Promise<Bun.SocketListener<Peer>> {
  if (path !== undefined) return bindSocket(path, () => Bun.listen<Peer>({ unix: path, allowHalfOpen: true, socket }));
  // The types know `reusePort` for clients only.
  const sharing: object = { reusePort: shared };
  return Bun.listen<Peer>({ hostname: host, port, exclusive: !shared, allowHalfOpen: true, ...sharing, socket });
}
