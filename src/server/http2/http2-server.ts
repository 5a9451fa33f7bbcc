import type { SetosaError } from "../../errors.ts";
import { LeastMissed } from "../http1/least-missed.ts";
import type { Wire } from "../http1/wire.ts";
import type { Application, ConnectionCounts } from "../transport.ts";
import type { WireServer } from "../wire-server.ts";
import { Http2Connection } from "./connection.ts";
import type { Http2Head } from "./request-head.ts";
import type { Http2Stream } from "./stream.ts";

/** How often the time of waiting connections is looked at, at the most. */
const longestTick = 1000;
const shortestTick = 10;

export interface Http2Requests {
  /** Takes a request: sets the stream's handler, unless it is answered at once. */
  handle(head: Http2Head, stream: Http2Stream, connection: Http2Connection): void;
  /** Answers a request whose headers are larger than the limit. */
  refuse(stream: Http2Stream, connection: Http2Connection): void;
  /** Hears of bytes that are no request. */
  invalid(error: SetosaError, connection: Http2Connection): void;
  /** Once in each tick. */
  tick(): void;
}

/** What all connections of HTTP/2 share: requests, the time, and the limit of their number. */
export class Http2Server implements WireServer<Http2Connection> {
  readonly alpn = "h2";
  readonly application: Application;
  readonly handle: Http2Requests["handle"];
  readonly refuse: Http2Requests["refuse"];
  readonly invalid: Http2Requests["invalid"];
  readonly #connections = new Set<Http2Connection>();
  readonly #timer: NodeJS.Timeout;
  readonly #tickMilliseconds: number;
  readonly #leastMissed: LeastMissed<Http2Connection>;
  #tick = 0;
  #retired = false;
  #drained: (() => void) | undefined;
  #accepted = 0;
  #rejected = 0;

  constructor(application: Application, requests: Http2Requests) {
    this.application = application;
    this.handle = requests.handle;
    this.refuse = requests.refuse;
    this.invalid = requests.invalid;
    const { requestMilliseconds, idleMilliseconds } = application.limits;
    this.#tickMilliseconds = Math.min(longestTick, Math.max(shortestTick, Math.min(requestMilliseconds, idleMilliseconds) / 4));
    this.#leastMissed = new LeastMissed(this.#tickMilliseconds);
    this.#timer = setInterval(() => {
      this.#tick++;
      requests.tick();
      for (const connection of this.#connections) connection.sweep(this.#elapsed);
    }, this.#tickMilliseconds);
    this.#timer.unref();
  }

  get tick(): number {
    return this.#tick;
  }

  get counts(): ConnectionCounts {
    return { open: this.#connections.size, accepted: this.#accepted, rejected: this.#rejected };
  }

  open(wire: Wire): Http2Connection | undefined {
    if (!this.hasRoom(1)) {
      this.#rejected++;
      this.application.fault("too-many-connections");
      return undefined;
    }
    this.#accepted++;
    const connection = new Http2Connection(this, wire);
    this.#connections.add(connection);
    if (this.#retired) connection.retire();
    return connection;
  }

  closed(connection: Http2Connection): void {
    this.#connections.delete(connection);
    connection.closed();
    if (this.#connections.size === 0) this.#drained?.();
  }

  hasRoom(more: number): boolean {
    const { connections } = this.application.limits;
    if (this.#connections.size + more <= connections) return true;
    const least = this.#leastMissed.next(this.#connections, this.#tick);
    if (least === undefined) return false;
    this.#connections.delete(least);
    least.destroy();
    return this.#connections.size + more <= connections;
  }

  retire(): void {
    this.#retired = true;
    for (const connection of this.#connections) connection.retire();
  }

  drain(): Promise<void> {
    return new Promise<void>((resolve) => {
      this.#drained = resolve;
      for (const connection of this.#connections) connection.drain();
      if (this.#connections.size === 0) resolve();
    }).finally(() => clearInterval(this.#timer));
  }

  destroy(): void {
    clearInterval(this.#timer);
    for (const connection of this.#connections) connection.destroy();
  }

  /** Milliseconds at least, since a tick. */
  readonly #elapsed = (since: number): number => (this.#tick - since - 1) * this.#tickMilliseconds;
}
