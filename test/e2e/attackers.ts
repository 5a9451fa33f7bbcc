import { connect, type Socket } from "node:net";

/** Clients that hold connections without being of use; each comes back when it is shut out. */
export const attacks = ["silent", "half-open", "dripping head", "dripping body", "deaf"] as const;
export type Attack = (typeof attacks)[number];

export interface Attackers {
  /** Connections that are open now, as the attackers see it. */
  open(): number;
  /** Times that a connection was closed by the server. */
  shutOut(): number;
  /** Resolves when so many have been connected. */
  connected(count: number): Promise<void>;
  stop(): void;
}

const whole = "GET /predict HTTP/1.1\r\nHost: a\r\n\r\n";
const openings: Readonly<Record<Attack, string>> = {
  silent: "",
  "half-open": "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Le",
  "dripping head": "GET /predict HTTP/1.1\r\nHost: a\r\nX-Slow: ",
  "dripping body": "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n[",
  deaf: whole,
};
/** Each connection has its turn once a second, not all in the same moment. */
const turns = 50;
const dripMilliseconds = 1000;
const returnMilliseconds = 1000;

/** @param kinds which attacks, in turn */
export function attack(port: number, count: number, kinds: readonly Attack[] = attacks): Attackers {
  const sockets = new Map<Socket, Attack>();
  const returns = new Set<NodeJS.Timeout>();
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  let stopped = false;
  let shutOut = 0;
  let connected = 0;

  const come = (kind: Attack) => {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: false });
    socket.on("connect", () => {
      sockets.set(socket, kind);
      socket.write(openings[kind]);
      connected++;
      for (const wait of waiting) if (connected >= wait.count) wait.resolve();
    });
    // A deaf one reads nothing, and goes on asking; the others have to read to notice that they are shut out.
    if (kind === "deaf") socket.pause();
    else socket.resume();
    socket.on("error", () => {});
    socket.on("close", () => {
      if (sockets.delete(socket)) shutOut++;
      if (stopped) return;
      const timer = setTimeout(() => {
        returns.delete(timer);
        come(kind);
      }, returnMilliseconds);
      returns.add(timer);
    });
  };
  for (let index = 0; index < count; index++) come(kinds[index % kinds.length] as Attack);

  let turn = 0;
  const drip = setInterval(() => {
    turn++;
    let place = 0;
    for (const [socket, kind] of sockets) {
      if ((place++ + turn) % turns !== 0) continue;
      if (kind === "dripping head" || kind === "dripping body") socket.write("1");
      // Until its own kernel takes no more: the answers fill both.
      if (kind === "deaf" && socket.writableLength === 0) socket.write(whole.repeat(10));
    }
  }, dripMilliseconds / turns);

  return {
    open: () => sockets.size,
    shutOut: () => shutOut,
    connected: (wanted) => new Promise((resolve) => (connected >= wanted ? resolve() : waiting.push({ count: wanted, resolve }))),
    stop: () => {
      stopped = true;
      clearInterval(drip);
      for (const timer of returns) clearTimeout(timer);
      for (const socket of sockets.keys()) socket.destroy();
    },
  };
}
