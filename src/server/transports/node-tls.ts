import type { Socket } from "node:net";
import { createServer, type TlsOptions } from "node:tls";
import type { LiveTls, TlsMaterial } from "../tls/tls-material.ts";
import type { WireServer } from "../wire-server.ts";

/** A server whose connections are handed to `accept` when their handshake is done. New certificates count for new connections. */
export function createTlsServer(http: WireServer, tls: LiveTls, accept: (socket: Socket) => void) {
  // In their handshake, the oldest first, by the client's address. They count like connections: the cap holds for both together.
  const handshakes = new Map<string, Socket>();
  const { connections: most } = http.application.limits;
  const { clientCa } = tls.current;
  const server = createServer({
    ...secrets(tls.current),
    allowHalfOpen: true,
    noDelay: true,
    ALPNProtocols: [http.alpn],
    handshakeTimeout: http.application.limits.idleMilliseconds,
    requestCert: clientCa !== undefined,
    rejectUnauthorized: clientCa !== undefined,
  });
  server.on("connection", (socket) => {
    const peer = peerOf(socket);
    socket.once("close", () => handshakes.delete(peer));
    if (http.counts.open + handshakes.size >= most) {
      // Whoever has not finished for longest gives its place to the next: those who never will cannot keep others out.
      const [oldest] = handshakes.values();
      if (oldest !== undefined) oldest.destroy();
      else if (!http.hasRoom(1)) {
        socket.destroy();
        return;
      }
    }
    handshakes.set(peer, socket);
  });
  server.on("secureConnection", (socket) => {
    handshakes.delete(peerOf(socket));
    accept(socket);
  });
  // A handshake that fails, is too slow, or whose client goes away is no event.
  server.on("tlsClientError", (_, socket) => socket.destroy());
  tls.onChange((material) => server.setSecureContext(secrets(material)));
  return server;
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

function secrets({ cert, key, clientCa }: TlsMaterial): TlsOptions {
  return { cert, key, minVersion: "TLSv1.2", ...(clientCa === undefined ? {} : { ca: clientCa }) };
}
