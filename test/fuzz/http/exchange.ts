import { connect } from "node:net";
import type { Case } from "./mutate.ts";

export interface Exchange {
  /** All that the server sent, latin1. */
  readonly text: string;
  /** The server ended the connection, in time. */
  readonly ended: boolean;
  readonly refused: boolean;
}

/** Sends a case's bytes over a connection of its own and waits until the server ends it. */
export function exchange(port: number, { number, stream, cuts, halfClose }: Case, patience: number): Promise<Exchange> {
  return new Promise((resolve) => {
    // Ports of one address would run out: each is taken for a minute after its connection.
    const localAddress = `127.0.0.${1 + (number % 200)}`;
    const socket = connect({ port, host: "127.0.0.1", localAddress, allowHalfOpen: true, noDelay: true });
    const parts: Buffer[] = [];
    let ended = false;
    let connected = false;
    const finish = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ text: Buffer.concat(parts).toString("latin1"), ended, refused: !connected });
    };
    const timer = setTimeout(finish, patience);
    const end = () => {
      ended = true;
      finish();
    };
    socket.on("data", (bytes: Buffer) => parts.push(bytes));
    socket.on("end", end).on("close", end);
    // A server that has refused a stream may reset it while more of it is sent.
    socket.on("error", () => {});
    const positions = [...cuts, stream.length];
    let from = 0;
    const write = () => {
      if (socket.destroyed) return;
      const to = positions.shift();
      if (to === undefined) {
        if (halfClose) socket.end();
        return;
      }
      if (to > from) socket.write(stream.slice(from, to), "latin1");
      from = Math.max(from, to);
      setImmediate(write);
    };
    socket.on("connect", () => {
      connected = true;
      write();
    });
  });
}
