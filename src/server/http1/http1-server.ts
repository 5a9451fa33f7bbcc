import type { Application, ConnectionCounts } from "../transport.ts";
import type { WireServer } from "../wire-server.ts";
import { Http1Connection, type Waiting } from "./connection.ts";
import { HeadCache } from "./head-cache.ts";
import { LeastMissed } from "./least-missed.ts";
import type { Wire } from "./wire.ts";

/** How often the time of waiting connections is looked at, at the most. */
const longestTick = 1000;
const shortestTick = 10;
/** For a client to read its last answer. */
const farewellMilliseconds = 2000;

/** What all connections of a server share: the application, the time, and the limit of their number. */
export class Http1Server implements WireServer<Http1Connection> {
  readonly alpn = "http/1.1";
  readonly application: Application;
  readonly heads = new HeadCache();
  readonly #connections = new Set<Http1Connection>();
  readonly #timer: NodeJS.Timeout;
  readonly #tickMilliseconds: number;
  readonly #leastMissed: LeastMissed<Http1Connection>;
  /** Coarse on purpose: a timer for each request would cost more than the prediction. */
  #tick = 0;
  #date = "";
  #retired = false;
  #draining: (() => void) | undefined;
  #accepted = 0;
  #rejected = 0;

  constructor(application: Application) {
    this.application = application;
    const { requestMilliseconds, idleMilliseconds } = application.limits;
    this.#tickMilliseconds = Math.min(longestTick, Math.max(shortestTick, Math.min(requestMilliseconds, idleMilliseconds) / 4));
    this.#leastMissed = new LeastMissed(this.#tickMilliseconds);
    this.#timer = setInterval(() => this.#sweep(), this.#tickMilliseconds);
    this.#timer.unref();
    this.#setDate();
  }

  get tick(): number {
    return this.#tick;
  }

  /** Whether each answer ends its connection. */
  get isRetired(): boolean {
    return this.#retired;
  }

  get counts(): ConnectionCounts {
    return { open: this.#connections.size, accepted: this.#accepted, rejected: this.#rejected };
  }

  /** The Date header's line, at most a second old. */
  get dateLine(): string {
    return this.#date;
  }

  /** A new connection; undefined where there are so many that it is closed without a word. */
  open(wire: Wire): Http1Connection | undefined {
    const { connections } = this.application.limits;
    if (this.#connections.size >= connections) this.#makeRoom();
    // Some room beyond the limit, so that those over it are told why.
    if (this.#connections.size >= connections + Math.max(16, connections >> 3)) {
      this.#rejected++;
      return undefined;
    }
    const connection = new Http1Connection(this, wire);
    const isOver = this.#connections.size >= connections;
    this.#connections.add(connection);
    if (isOver) this.#rejected++;
    else this.#accepted++;
    if (isOver) connection.refuse(this.application.fault("too-many-connections"));
    return connection;
  }

  /** Whether the limit lets so many more in. */
  hasRoom(more: number): boolean {
    if (this.#connections.size + more > this.application.limits.connections) this.#makeRoom();
    return this.#connections.size + more <= this.application.limits.connections;
  }

  /** Lets go of one that nobody will miss much, where there is one. */
  #makeRoom(): void {
    const connection = this.#leastMissed.next(this.#connections, this.#tick);
    if (connection === undefined) return;
    // Its place is free now; its socket is closed a moment later.
    this.#connections.delete(connection);
    connection.destroy();
  }

  closed(connection: Http1Connection): void {
    this.#connections.delete(connection);
    connection.closed();
    if (this.#connections.size === 0) this.#draining?.();
  }

  /** From now on each answer ends its connection. */
  retire(): void {
    this.#retired = true;
  }

  /** Lets requests under way finish; resolves when every connection is closed. */
  drain(): Promise<void> {
    this.#retired = true;
    return new Promise<void>((resolve) => {
      this.#draining = resolve;
      for (const connection of this.#connections) connection.drain();
      if (this.#connections.size === 0) resolve();
    }).finally(() => clearInterval(this.#timer));
  }

  destroy(): void {
    clearInterval(this.#timer);
    for (const connection of this.#connections) connection.destroy();
  }

  #sweep(): void {
    this.#tick++;
    this.#setDate();
    for (const connection of this.#connections) {
      const { waiting, since } = connection;
      const limit = this.#patience(waiting, connection.backlog > 0);
      // One tick more: the wait may have begun at the end of its first.
      if ((this.#tick - since - 1) * this.#tickMilliseconds < limit) continue;
      if (waiting === "request" || waiting === "stream") connection.overdue();
      else connection.destroy();
    }
  }

  #patience(waiting: Waiting, isTakingAnswer: boolean): number {
    const { requestMilliseconds, idleMilliseconds } = this.application.limits;
    switch (waiting) {
      case "nothing":
        return Number.POSITIVE_INFINITY;
      case "request":
      // Of a stream: for some of its body to come, or of its answer to be taken.
      case "stream":
        return requestMilliseconds;
      case "idle":
        return idleMilliseconds;
      case "farewell":
        return isTakingAnswer ? idleMilliseconds : farewellMilliseconds;
    }
  }

  #setDate(): void {
    this.#date = `date: ${new Date().toUTCString()}\r\n`;
  }
}
