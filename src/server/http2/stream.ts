import { flag, frameHeadBytes, framePayloadBytes, frameType, writeFrameHead } from "./frames.ts";
import type { Output } from "./output.ts";

/** Who takes what a client sends on one stream. */
export interface StreamHandler {
  /** @param last Nothing follows */
  data(bytes: Buffer, last: boolean): void;
  /** Nobody waits any more: the client has cancelled it, or is gone. */
  reset(): void;
  /** The request has not come whole in time. */
  overdue(): void;
  /** The server shuts down: what could go on for ever has to end. */
  draining(): void;
}

/** What a stream needs of its connection. */
export interface StreamHost {
  readonly output: Output;
  /** Bytes of bodies that the client takes, of all streams together. */
  sendWindow: number;
  /** Something was written: it has to be sent at the end of the turn. */
  touched(): void;
  /** Nothing more comes from this side. */
  ended(stream: Http2Stream): void;
}

/** The sending side of one stream, with its flow control (RFC 9113, 5.2), and what is known of the receiving one. */
export class Http2Stream {
  readonly id: number;
  handler: StreamHandler | undefined;
  /** The client has sent everything. */
  isWhole = false;
  /** Bytes that the client may still send without being told that it may. */
  receiveWindow: number;
  /** The tick of the last progress, of either side. */
  since: number;
  sendWindow: number;
  readonly #host: StreamHost;
  /** What the client's windows have no room for. */
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** Headers behind the last body. */
  #trailers: Buffer | undefined;

  constructor(id: number, host: StreamHost, windows: { readonly send: number; readonly receive: number; readonly tick: number }) {
    this.id = id;
    this.#host = host;
    this.sendWindow = windows.send;
    this.receiveWindow = windows.receive;
    this.since = windows.tick;
  }

  /** Bytes that wait for the client to take others. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  headers(block: Buffer): void {
    this.#writeHeaders(block, 0);
    this.#host.touched();
  }

  /** A message with its prefix in front of it (gRPC: compressed or not, and its length). */
  message(bytes: Uint8Array): void {
    const length = bytes.length + prefixBytes;
    const { output } = this.#host;
    if (this.#waitingBytes === 0 && length <= framePayloadBytes && length <= this.sendWindow && length <= this.#host.sendWindow) {
      this.sendWindow -= length;
      this.#host.sendWindow -= length;
      const at = output.reserve(frameHeadBytes + length);
      const { page } = output;
      writeFrameHead(page, at, { length, type: frameType.data, flags: 0, stream: this.id });
      writePrefix(page, at + frameHeadBytes, bytes.length);
      page.set(bytes, at + frameHeadBytes + prefixBytes);
    } else {
      const prefix = Buffer.allocUnsafe(prefixBytes);
      writePrefix(prefix, 0, bytes.length);
      this.#waiting.push(prefix);
      if (bytes.length > 0) this.#waiting.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
      this.#waitingBytes += length;
      this.proceed();
    }
    this.#host.touched();
  }

  /** The last headers: behind everything that waits. */
  end(block: Buffer): void {
    if (this.#waitingBytes > 0) {
      this.#trailers = block;
      return;
    }
    this.#writeHeaders(block, flag.endStream);
    this.#host.touched();
    this.#host.ended(this);
  }

  /** The client takes more. @returns whether something was sent */
  proceed(): boolean {
    const { output } = this.#host;
    let sent = false;
    while (this.#waitingBytes > 0) {
      const room = Math.min(framePayloadBytes, this.#waitingBytes, this.sendWindow, this.#host.sendWindow);
      if (room <= 0) return sent;
      sent = true;
      this.sendWindow -= room;
      this.#host.sendWindow -= room;
      this.#waitingBytes -= room;
      const at = output.reserve(frameHeadBytes + room);
      writeFrameHead(output.page, at, { length: room, type: frameType.data, flags: 0, stream: this.id });
      this.#take(output.page, at + frameHeadBytes, room);
    }
    if (this.#trailers !== undefined) this.end(this.#trailers);
    return sent;
  }

  #take(target: Buffer, start: number, length: number): void {
    let at = start;
    let left = length;
    while (left > 0) {
      const [first] = this.#waiting as [Buffer];
      const count = Math.min(left, first.length);
      first.copy(target, at, 0, count);
      at += count;
      left -= count;
      if (count === first.length) this.#waiting.shift();
      else this.#waiting[0] = first.subarray(count);
    }
  }

  #writeHeaders(block: Buffer, flags: number): void {
    const { output } = this.#host;
    const at = output.reserve(frameHeadBytes + block.length);
    writeFrameHead(output.page, at, { length: block.length, type: frameType.headers, flags: flags | flag.endHeaders, stream: this.id });
    output.page.set(block, at + frameHeadBytes);
  }
}

const prefixBytes = 5;

function writePrefix(target: Buffer, at: number, length: number): void {
  target[at] = 0;
  target.writeUInt32BE(length, at + 1);
}
