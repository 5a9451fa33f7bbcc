import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { type Answer, ResponseReader } from "./response-reader.ts";

export interface Endpoint {
  /** An address. */
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** The host's name, which a certificate has to be for. */
  readonly name: string;
}

export interface ConnectionHandlers {
  /** The answer to the request under way. Its body is valid until the handler returns. */
  answer(answer: Answer): void;
  /** The request under way has failed; `kind` is a few words of a small set. */
  failure(kind: string): void;
}

/** One connection with at most one request under way; it is opened when there is something to send. */
export class Connection {
  readonly #endpoint: Endpoint;
  readonly #handlers: ConnectionHandlers;
  #socket: Socket | undefined;
  #reader = new ResponseReader();
  #busy = false;

  constructor(endpoint: Endpoint, handlers: ConnectionHandlers) {
    this.#endpoint = endpoint;
    this.#handlers = handlers;
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** Opens it before there is anything to send; resolves also where that fails, which the first request tells then. */
  open(): Promise<void> {
    this.#socket ??= this.#open();
    const socket = this.#socket;
    return new Promise((resolve) => {
      socket.once("connect", resolve).once("close", () => resolve());
    });
  }

  send(request: Uint8Array): void {
    this.#busy = true;
    this.#socket ??= this.#open();
    // Node keeps what is written before the connection stands.
    this.#socket.write(request);
  }

  /** Gives the request under way up, if there is one. */
  fail(kind: string): void {
    this.close();
    if (!this.#busy) return;
    this.#busy = false;
    this.#handlers.failure(kind);
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#reader = new ResponseReader();
    socket?.destroy();
  }

  #open(): Socket {
    const { host, port, tls, name } = this.#endpoint;
    // What a socket that was given up still has to say is nobody's.
    const take = (bytes: Buffer, length: number): void => {
      if (this.#socket === socket) this.#receive(bytes, length);
    };
    // Read into one buffer: one for each read is a tenth of the client's time. Only Node's plain sockets can.
    const buffer = Buffer.allocUnsafe(65_536);
    const callback = (length: number): boolean => {
      take(buffer, length);
      return true;
    };
    const oneBuffer = !tls && process.versions.bun === undefined;
    const plain = { host, port, noDelay: true, ...(oneBuffer ? { onread: { buffer, callback } } : {}) };
    const socket: Socket = tls
      ? connectTls({ host, port, ...(isIP(name) === 0 ? { servername: name } : {}), ALPNProtocols: ["http/1.1"] })
      : connect(plain);
    if (!oneBuffer) socket.on("data", (bytes: Buffer) => take(bytes, bytes.length));
    if (tls) socket.setNoDelay(true);
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (this.#socket === socket) this.fail(kindOf(error));
    });
    socket.on("close", () => {
      if (this.#socket === socket) this.#ended();
    });
    return socket;
  }

  #receive(bytes: Buffer, length: number): void {
    // Bytes that nobody asked for: the connection cannot be trusted with another request.
    if (!this.#busy) {
      this.close();
      return;
    }
    try {
      const answer = this.#reader.push(bytes, length);
      if (answer !== undefined) this.#answered(answer);
    } catch (error) {
      this.fail(error instanceof Error ? error.message : String(error));
    }
  }

  #ended(): void {
    const answer = this.#busy ? this.#reader.end() : undefined;
    if (answer === undefined) this.fail("connection closed");
    else this.#answered(answer);
  }

  #answered(answer: Answer): void {
    this.#busy = false;
    if (!answer.keepAlive) this.close();
    this.#handlers.answer(answer);
  }
}

function kindOf({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case "ECONNREFUSED":
      return "connection refused";
    case "ECONNRESET":
    case "EPIPE":
      return "connection reset";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "host not found";
    case "ETIMEDOUT":
      return "connection timed out";
    default:
      return code ?? message;
  }
}
