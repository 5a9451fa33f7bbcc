import type { Http1Connection } from "./connection.ts";

/** Milliseconds after which a body that is still arriving, or an answer that is not taken, is slow. */
const slowMilliseconds = 5000;

interface Candidate {
  readonly connection: Http1Connection;
  readonly since: number;
  readonly isSlow: boolean;
}

/**
 * Whom a full server lets go of to let somebody in: the connection that has been without a whole request head for the longest time, idle or
 * dripping, and where there is none the body that has been arriving (or the answer that has not been taken) for the longest, if for
 * seconds. Never a request that is being answered.
 *
 * The order is made when it is needed, at most once in a tick: keeping one up to date would cost every request.
 */
export class LeastMissed {
  readonly #tickMilliseconds: number;
  /** The next one last. */
  #candidates: Candidate[] = [];
  #madeAt = -1;

  constructor(tickMilliseconds: number) {
    this.#tickMilliseconds = tickMilliseconds;
  }

  /** @param tick of the server's sweep */
  next(connections: Iterable<Http1Connection>, tick: number): Http1Connection | undefined {
    for (;;) {
      const candidate = this.#candidates.pop();
      if (candidate === undefined) {
        if (this.#madeAt === tick) return undefined;
        this.#madeAt = tick;
        this.#candidates = this.#choose(connections, tick);
        continue;
      }
      // It may have gone, or have been used, since the order was made.
      const { connection, since } = candidate;
      if (connection.since === since && (connection.waiting === "idle" || connection.waiting === "request")) return connection;
    }
  }

  #choose(connections: Iterable<Http1Connection>, tick: number): Candidate[] {
    const candidates: Candidate[] = [];
    for (const connection of connections) {
      const { waiting, since } = connection;
      if (waiting !== "idle" && waiting !== "request") continue;
      const isSlow = connection.isReadingBody || connection.backlog > 0;
      // At least so many milliseconds. Those of this tick stay: the first request of a new connection is on its way, and comes in one piece.
      const waited = (tick - since - 1) * this.#tickMilliseconds;
      if (waited >= (isSlow ? slowMilliseconds : 0)) candidates.push({ connection, since, isSlow });
    }
    return candidates.sort((a, b) => (a.isSlow === b.isSlow ? b.since - a.since : a.isSlow ? -1 : 1));
  }
}
