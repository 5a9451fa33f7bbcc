import type { LiveTls, TlsMaterial } from "../tls/tls-material.ts";
import type { WireServer } from "../wire-server.ts";
import { type Handler, peerHandler } from "./bun-wire.ts";

/**
 * Each connection begins as a plain one and becomes TLS with the certificate of that moment. `Bun.listen({ tls })` has no way to change it,
 * and costs the same per request and per handshake.
 *
 * The connection exists from its first moment, so that one in its handshake counts, and is idle until it is done.
 */
export function overTls(http: WireServer, tls: LiveTls): Handler {
  // One name, with its length before it (RFC 7301, 3.1).
  const alpn = Buffer.from(`${String.fromCharCode(http.alpn.length)}${http.alpn}`, "latin1");
  const inner = peerHandler(http);
  const secured: Handler = {
    ...inner,
    open(socket) {
      inner.open?.(socket);
      // One over the limit could be told why behind its handshake only, and may never finish it.
      if (socket.data.connection?.isRefused === true) socket.terminate();
    },
    handshake(socket, success, error) {
      if (!success || (tls.current.clientCa !== undefined && error !== null)) socket.terminate();
    },
  };
  const nothing = () => {};
  return {
    open(socket) {
      // The types know clients only.
      const asServer: object = { isServer: true };
      socket.upgradeTLS({ data: undefined as never, tls: options(tls.current, alpn), socket: secured, ...asServer });
    },
    data: nothing,
    close: nothing,
    error: nothing,
  };
}

function options({ cert, key, clientCa }: TlsMaterial, alpn: Buffer): Bun.TLSOptions & { ALPNProtocols: Buffer } {
  const base = { cert, key, ALPNProtocols: alpn };
  return clientCa === undefined ? base : { ...base, ca: clientCa, requestCert: true, rejectUnauthorized: true };
}
