import type { Socket } from "node:net";
import { createServer, type TlsOptions } from "node:tls";
import type { Http1Server } from "../http1/http1-server.ts";
import type { LiveTls, TlsMaterial } from "../tls/tls-material.ts";

/** A server whose connections are handed to `accept` when their handshake is done. New certificates count for new connections. */
export function createTlsServer(http: Http1Server, tls: LiveTls, accept: (socket: Socket) => void) {
  // Connections in their handshake count like others: the cap holds for both together.
  let handshakes = 0;
  const { clientCa } = tls.current;
  const server = createServer({
    ...secrets(tls.current),
    allowHalfOpen: true,
    noDelay: true,
    ALPNProtocols: ["http/1.1"],
    handshakeTimeout: http.application.limits.idleMilliseconds,
    requestCert: clientCa !== undefined,
    rejectUnauthorized: clientCa !== undefined,
  });
  server.on("connection", (socket) => {
    handshakes++;
    if (!http.hasRoom(handshakes)) socket.destroy();
  });
  server.on("secureConnection", (socket) => {
    handshakes--;
    accept(socket);
  });
  // A handshake that fails, is too slow, or whose client goes away is no event.
  server.on("tlsClientError", (_, socket) => {
    handshakes--;
    socket.destroy();
  });
  tls.onChange((material) => server.setSecureContext(secrets(material)));
  return server;
}

function secrets({ cert, key, clientCa }: TlsMaterial): TlsOptions {
  return { cert, key, minVersion: "TLSv1.2", ...(clientCa === undefined ? {} : { ca: clientCa }) };
}
