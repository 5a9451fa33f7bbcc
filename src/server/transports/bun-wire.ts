import type { Wire } from "../http1/wire.ts";
import type { WireConnection, WireServer } from "../wire-server.ts";

export interface Peer {
  readonly wire: BunWire;
  readonly connection: WireConnection | undefined;
}

export type Handler = Bun.SocketHandler<Peer>;

/** What happens on Bun's sockets, as connections take it. */
export function peerHandler(http: WireServer): Handler {
  return {
    open(socket) {
      const wire = new BunWire(socket);
      const connection = http.open(wire);
      socket.data = { wire, connection };
      if (connection === undefined) wire.destroy();
    },
    data: (socket, bytes) => socket.data.connection?.received(bytes),
    drain: (socket) => {
      if (socket.data.wire.flush()) socket.data.connection?.drained();
    },
    end: (socket) => socket.data.connection?.peerEnded(),
    close: ({ data: { connection } }) => {
      if (connection !== undefined) http.closed(connection);
    },
    // A client that goes away in the middle is no event; `close` follows.
    error: (socket) => socket.data.wire.destroy(),
  };
}

function bytesOf(data: string | Uint8Array): Uint8Array {
  return typeof data === "string" ? Buffer.from(data) : data;
}

const nothing = new Uint8Array(0);

class BunWire implements Wire {
  readonly #socket: Bun.Socket<Peer>;
  /** What the kernel has not taken. */
  #left: Uint8Array = nothing;
  #ending = false;

  constructor(socket: Bun.Socket<Peer>) {
    this.#socket = socket;
  }

  get backlog(): number {
    return this.#left.length;
  }

  get address(): string | undefined {
    return this.#socket.remoteAddress;
  }

  write(data: string | Uint8Array, length: number): void {
    if (this.#left.length > 0) {
      this.#left = Buffer.concat([this.#left, bytesOf(data)]);
      return;
    }
    const written = this.#socket.write(data);
    if (written < length) this.#left = bytesOf(data).subarray(Math.max(0, written));
  }

  /** @returns whether the kernel has taken everything */
  flush(): boolean {
    if (this.#left.length > 0) this.#left = this.#left.subarray(Math.max(0, this.#socket.write(this.#left)));
    if (this.#left.length > 0) return false;
    this.#left = nothing;
    if (this.#ending) this.#socket.shutdown();
    return true;
  }

  end(): void {
    this.#ending = true;
    if (this.#left.length === 0) this.#socket.shutdown();
  }

  destroy(): void {
    this.#socket.terminate();
  }

  reset(): void {
    this.#socket.terminate();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }
}
