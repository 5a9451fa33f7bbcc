import { SetosaError } from "../../errors.ts";
import { Pieces, SizedBody } from "../http1/body.ts";

const prefixBytes = 5;

export interface GrpcMessage {
  readonly compressed: boolean;
  readonly bytes: Uint8Array;
}

/** Reads messages with a prefix of five bytes each (grpc/doc/PROTOCOL-HTTP2.md, "Length-Prefixed-Message") from pieces of any size. */
export class MessageReader {
  readonly #most: number;
  #prefix: Buffer | undefined;
  #compressed = false;
  #body: SizedBody | undefined;
  #pieces: Pieces | undefined;
  /** Bytes so far. */
  bytes = 0;

  /** @param most Bytes of one message */
  constructor(most: number) {
    this.#most = most;
  }

  /** Whether what came so far ends with a message. */
  get isBetween(): boolean {
    return this.#prefix === undefined && this.#body === undefined;
  }

  /**
   * @param message Called with each message that is whole
   * @returns false where a message is larger than the limit
   * @throws SetosaError REQUEST_INVALID
   */
  take(piece: Buffer, message: (message: GrpcMessage) => void): boolean {
    this.bytes += piece.length;
    let at = 0;
    while (at < piece.length) {
      if (this.#body === undefined) {
        // Nearly always a message comes in one piece: it is used where it lies.
        const prefix = this.#wholePrefix(piece, at);
        if (prefix === undefined) return true;
        at = prefix.next;
        const flags = prefix.bytes[prefix.at] as number;
        const length = prefix.bytes.readUInt32BE(prefix.at + 1);
        if (flags > 1)
          throw new SetosaError("REQUEST_INVALID", "A message's prefix has flags that gRPC does not have.", {
            hint: "Write a byte 0 or 1, the length in four bytes, and the message.",
          });
        if (length > this.#most) return false;
        if (piece.length - at >= length) {
          message({ compressed: flags === 1, bytes: piece.subarray(at, at + length) });
          at += length;
          continue;
        }
        this.#compressed = flags === 1;
        const pieces = new Pieces(this.#most);
        this.#pieces = pieces;
        this.#body = new SizedBody(length, pieces);
      }
      const end = this.#body.take(piece, at);
      if (end === undefined) return true;
      at = end;
      const bytes = (this.#pieces as Pieces).bytes();
      this.#body = undefined;
      this.#pieces = undefined;
      message({ compressed: this.#compressed, bytes });
    }
    return true;
  }

  /** Where the prefix stands, and what follows it; undefined while it is cut. */
  #wholePrefix(piece: Buffer, at: number): { bytes: Buffer; at: number; next: number } | undefined {
    if (this.#prefix === undefined && piece.length - at >= prefixBytes) return { bytes: piece, at, next: at + prefixBytes };
    const before = this.#prefix ?? Buffer.alloc(0);
    const taken = Math.min(prefixBytes - before.length, piece.length - at);
    const bytes = Buffer.concat([before, piece.subarray(at, at + taken)]);
    this.#prefix = bytes.length < prefixBytes ? bytes : undefined;
    return this.#prefix === undefined ? { bytes, at: 0, next: at + taken } : undefined;
  }
}
