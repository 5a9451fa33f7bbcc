/** Milliseconds after which a body that is still arriving, or an answer that is not taken, is slow. */
const slowMilliseconds = 5000;

/** What is looked at of a connection. */
export interface Missable {
  /** What it waits for: a request, or the rest of one; anything else keeps it. */
  readonly waiting: string;
  readonly since: number;
  readonly isReadingBody: boolean;
  readonly backlog: number;
}

interface Candidate<Connection> {
  readonly connection: Connection;
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
export class LeastMissed<Connection extends Missable> {
  readonly #tickMilliseconds: number;
  /** The next one last. */
  #candidates: Candidate<Connection>[] = [];
  #madeAt = -1;

  constructor(tickMilliseconds: number) {
    this.#tickMilliseconds = tickMilliseconds;
  }

  /** @param tick of the server's sweep */
  next(connections: Iterable<Connection>, tick: number): Connection | undefined {
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

  #choose(connections: Iterable<Connection>, tick: number): Candidate<Connection>[] {
    const candidates: Candidate<Connection>[] = [];
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
