import { connect, type Socket } from "node:net";

/** What became of one request. */
export interface Outcome {
  readonly ok: boolean;
  /** `ECONNRESET`, `closed`, a status. */
  readonly how: string;
  /** The client's port: which connection it was. */
  readonly port: number;
  /** Answers that this connection had carried before. */
  readonly before: number;
  /** Milliseconds since 1970. */
  readonly began: number;
  readonly ended: number;
}

export interface Clients {
  /** Resolves when all have ended. */
  stop(): Promise<void>;
}

export interface ClientOptions {
  readonly port: number;
  readonly count: number;
  /** The bytes of one request. */
  readonly request: string;
  /** Requests that a connection carries, more or less; 1 for a connection each. */
  readonly requestsEach: number;
  /** Between an answer and the next request, at random up to twice as long. */
  readonly thinkMilliseconds: number;
  readonly random: () => number;
  readonly onOutcome: (outcome: Outcome) => void;
}

/** A request that has not been answered by then hangs. */
const patience = 10_000;

/** Clients that ask again and again, one request at a time each, and connect again when they have been cut off. */
export function startClients(options: ClientOptions): Clients {
  const { port, count, request, requestsEach, thinkMilliseconds, random, onOutcome } = options;
  let stopped = false;

  const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

  const client = async () => {
    let socket: Socket | undefined;
    let before = 0;
    while (!stopped) {
      if (socket === undefined || socket.destroyed || !socket.writable) {
        socket = connect({ port, host: "127.0.0.1", noDelay: true });
        before = 0;
      }
      const outcome = await ask(socket, request, before);
      onOutcome(outcome);
      if (outcome.ok) before++;
      if (!outcome.ok || random() * requestsEach < 1) {
        socket.destroy();
        socket = undefined;
      }
      // A client that was cut off tries again, and does not hammer.
      await pause(outcome.ok ? random() * 2 * thinkMilliseconds : 20);
    }
    socket?.destroy();
  };
  const all = Array.from({ length: count }, client);
  return {
    stop: async () => {
      stopped = true;
      await Promise.all(all);
    },
  };
}

function ask(socket: Socket, request: string, before: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const began = clock();
    let text = "";
    let port = socket.localPort ?? 0;
    const finish = (ok: boolean, how: string) => {
      clearTimeout(timer);
      port = socket.localPort ?? port;
      socket.removeAllListeners();
      socket.on("error", () => {});
      resolve({ ok, how, port, before, began, ended: clock() });
    };
    const timer = setTimeout(() => finish(false, "hangs"), patience);
    socket.on("connect", () => {
      port = socket.localPort ?? port;
    });
    socket.on("error", (error: NodeJS.ErrnoException) => finish(false, error.code ?? "error"));
    socket.on("close", () => finish(false, "closed"));
    socket.on("data", (bytes: Buffer) => {
      text += bytes.toString("latin1");
      const head = text.indexOf("\r\n\r\n");
      if (head < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (text.length < head + 4 + length) return;
      const status = text.slice(9, 12);
      finish(status === "200" && text.includes("Iris-Setosa"), status);
    });
    socket.write(request);
  });
}

function clock(): number {
  return performance.timeOrigin + performance.now();
}
