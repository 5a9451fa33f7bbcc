import type { Wire } from "./http1/wire.ts";
import type { Application, ConnectionCounts } from "./transport.ts";

/** A connection as the sockets of a runtime drive it. */
export interface WireConnection {
  /** Bytes from the client. They stay as they are: the wire reads each time into others. */
  received(bytes: Buffer): void;
  /** The client sends no more; it may still read. */
  peerEnded(): void;
  /** The client has taken what was written. */
  drained(): void;
  /** Whether it was let in only to be told why not. */
  readonly isRefused: boolean;
}

/** What is spoken over the sockets of a runtime: HTTP/1.1, or gRPC. */
export interface WireServer<Connection extends WireConnection = WireConnection> {
  readonly application: Application;
  /** Its name in TLS (RFC 7301). */
  readonly alpn: string;
  readonly counts: ConnectionCounts;
  /** A new connection; undefined where there are so many that it is closed without a word. */
  open(wire: Wire): Connection | undefined;
  closed(connection: Connection): void;
  /** Whether the limit lets so many more in. */
  hasRoom(more: number): boolean;
  retire(): void;
  drain(): Promise<void>;
  destroy(): void;
}
