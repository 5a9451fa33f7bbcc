import { SetosaError } from "../../errors.ts";
import type { Wire } from "../http1/wire.ts";
import type { WireConnection } from "../wire-server.ts";
import { FloodGuard } from "./flood-guard.ts";
import {
  ConnectionFault,
  defaultWindow,
  errorCode,
  flag,
  frameHeadBytes,
  framePayloadBytes,
  frameType,
  goAwayFrame,
  largestWindow,
  numberFrame,
  pingFrame,
  preface,
  setting,
  settingsAck,
  settingsFrame,
} from "./frames.ts";
import { HeaderBlocks, headTooLarge } from "./header-blocks.ts";
import { HpackFault } from "./hpack/decoder.ts";
import type { Http2Server } from "./http2-server.ts";
import { Output } from "./output.ts";
import { Http2Stream, type StreamHost } from "./stream.ts";

export type Waiting = "idle" | "request" | "nothing";

/** Streams at once, of one connection. */
const mostStreams = 256;
/** Bytes of one body that a client may send ahead, and of all bodies of a connection. */
const streamWindow = 1 << 20;
const connectionWindow = 1 << 24;
/** Bytes that a client may leave unread before nothing more is read of it. */
const mostBacklog = 1 << 20;
const nothing: Buffer = Buffer.alloc(0);
const pingPayload = Buffer.from("setosa..", "latin1");

const hello: Buffer = Buffer.concat([
  settingsFrame([
    [setting.maxConcurrentStreams, mostStreams],
    [setting.initialWindowSize, streamWindow],
  ]),
  numberFrame(frameType.windowUpdate, 0, connectionWindow - defaultWindow),
]);

/** One connection of HTTP/2 with prior knowledge (RFC 9113, 3.3), the server's side. Who answers requests is the server's `handle`. */
export class Http2Connection implements WireConnection, StreamHost {
  readonly isRefused = false;
  readonly output: Output;
  sendWindow = defaultWindow;
  readonly #server: Http2Server;
  readonly #wire: Wire;
  readonly #blocks: HeaderBlocks;
  readonly #guard = new FloodGuard();
  readonly #streams = new Map<number, Http2Stream>();
  #address: string | undefined;
  #ahead = nothing;
  #greeted = false;
  #lastStream = 0;
  #initialSendWindow = defaultWindow;
  #receiveWindow = connectionWindow;
  /** In the middle of handling what came: everything is sent at its end. */
  #working = false;
  #flushing = false;
  #paused = false;
  #draining = false;
  #ended = false;
  /** The tick of the last bytes. */
  #since: number;
  /** The tick at which the frame began that has not come whole. */
  #frameSince: number;
  #pinged = false;

  constructor(server: Http2Server, wire: Wire) {
    this.#server = server;
    this.#wire = wire;
    this.output = new Output(wire);
    this.#blocks = new HeaderBlocks(server.application.limits.headerBytes);
    this.#since = server.tick;
    this.#frameSince = server.tick;
    this.output.write(hello);
    this.output.flush();
  }

  get address(): string | undefined {
    this.#address ??= this.#wire.address;
    return this.#address;
  }

  get waiting(): Waiting {
    if (this.#streams.size === 0) return this.#greeted && this.#ahead.length === 0 ? "idle" : "request";
    for (const { isWhole } of this.#streams.values()) if (isWhole) return "nothing";
    return "request";
  }

  get isReadingBody(): boolean {
    return this.#streams.size > 0;
  }

  get backlog(): number {
    return this.#wire.backlog;
  }

  get since(): number {
    return this.#since;
  }

  get tick(): number {
    return this.#server.tick;
  }

  received(bytes: Buffer): void {
    if (this.#ended) return;
    this.#since = this.#server.tick;
    this.#pinged = false;
    const wasWhole = this.#ahead.length === 0;
    this.#ahead = wasWhole ? bytes : Buffer.concat([this.#ahead, bytes]);
    if (wasWhole) this.#frameSince = this.#since;
    this.#work();
  }

  peerEnded(): void {
    // Requests that came whole are answered still; the others never will come.
    for (const stream of this.#streams.values()) if (!stream.isWhole) this.#forget(stream);
    this.#draining = true;
    this.#finish();
  }

  closed(): void {
    this.#ended = true;
    for (const stream of this.#streams.values()) stream.handler?.reset();
    this.#streams.clear();
  }

  drained(): void {
    this.#since = this.#server.tick;
    if (this.#ended || !this.#paused) return;
    this.#paused = false;
    this.#wire.resume();
    this.#work();
  }

  /** Tells the client to take its next requests elsewhere; those that come all the same are answered (RFC 9113, 6.8). */
  retire(): void {
    this.#say(goAwayFrame(largestWindow, errorCode.none, ""));
  }

  /** Takes no more requests, and is closed behind the last answer. */
  drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    this.#say(goAwayFrame(this.#lastStream, errorCode.none, ""));
    for (const stream of this.#streams.values()) stream.handler?.draining();
    this.#finish();
  }

  destroy(): void {
    this.#ended = true;
    this.#wire.destroy();
  }

  /** Once in each tick of the server. */
  sweep(elapsed: (since: number) => number): void {
    this.#guard.tick();
    const { requestMilliseconds, idleMilliseconds } = this.#server.application.limits;
    const isStuck = this.#ahead.length > 0 || !this.#greeted ? elapsed(this.#frameSince) : this.backlog > 0 ? elapsed(this.#since) : 0;
    if (isStuck >= requestMilliseconds && !(this.#paused && this.backlog === 0)) {
      this.destroy();
      return;
    }
    for (const stream of this.#streams.values()) {
      if (elapsed(stream.since) < requestMilliseconds) continue;
      if (!stream.isWhole && stream.waitingBytes === 0) stream.handler?.overdue();
      // Nobody reads the answer.
      else if (stream.waitingBytes > 0) this.reset(stream, errorCode.cancel);
    }
    if (this.#streams.size > 0 || elapsed(this.#since) < idleMilliseconds) return;
    // Channels of gRPC are kept for long without a request: a client that is still there answers.
    if (this.#pinged) this.destroy();
    else {
      this.#pinged = true;
      this.#since = this.#server.tick;
      this.#say(pingFrame(pingPayload, 0));
    }
  }

  touched(): void {
    if (this.#working || this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      if (!this.#ended) this.output.flush();
    });
  }

  ended(stream: Http2Stream): void {
    this.#streams.delete(stream.id);
    this.#guard.answered();
    // What is left of the request is not wanted: the answer is complete (RFC 9113, 8.1).
    if (!stream.isWhole) this.output.write(numberFrame(frameType.reset, stream.id, errorCode.none));
    if (this.#draining) this.#finish();
  }

  /** Ends a stream without an answer. */
  reset(stream: Http2Stream, code: number): void {
    this.#forget(stream);
    this.#say(numberFrame(frameType.reset, stream.id, code));
  }

  #forget(stream: Http2Stream): void {
    if (!this.#streams.delete(stream.id)) return;
    stream.handler?.reset();
    if (this.#draining) this.#finish();
  }

  #finish(): void {
    if (this.#streams.size > 0 || this.#ended) return;
    this.output.flush();
    this.#ended = true;
    this.#wire.end();
  }

  #say(frame: Buffer): void {
    if (this.#ended) return;
    this.output.write(frame);
    this.touched();
  }

  #work(): void {
    this.#working = true;
    try {
      if (this.#greeted || this.#greet()) this.#readFrames();
    } catch (error) {
      if (error instanceof ConnectionFault) this.#fail(error.code, error.message);
      else if (error instanceof HpackFault) this.#fail(errorCode.compression, error.message);
      else {
        this.#server.application.report(error);
        this.destroy();
      }
    } finally {
      this.#working = false;
    }
    if (!this.#ended) this.output.flush();
  }

  #fail(code: number, message: string): void {
    this.#server.invalid(new SetosaError("REQUEST_INVALID", `The connection is not one of HTTP/2: ${message}.`), this);
    this.output.write(goAwayFrame(this.#lastStream, code, message));
    this.output.flush();
    this.#ended = true;
    for (const stream of this.#streams.values()) stream.handler?.reset();
    this.#streams.clear();
    this.#wire.end();
  }

  /** @returns whether the client has begun as one of HTTP/2 does */
  #greet(): boolean {
    const bytes = this.#ahead;
    const length = Math.min(bytes.length, preface.length);
    if (preface.compare(bytes, 0, length, 0, length) !== 0) {
      this.#server.invalid(new SetosaError("REQUEST_INVALID", "The connection does not begin as one of HTTP/2."), this);
      // Whoever speaks HTTP/1.1 here can read this.
      if (/^[A-Z]+ /.test(bytes.toString("latin1", 0, 16))) this.output.write(wrongPort);
      this.output.flush();
      this.#ended = true;
      this.#wire.end();
      return false;
    }
    if (bytes.length < preface.length) return false;
    this.#greeted = true;
    this.#ahead = bytes.subarray(preface.length);
    return true;
  }

  #readFrames(): void {
    const bytes = this.#ahead;
    let at = 0;
    while (bytes.length - at >= frameHeadBytes && !this.#ended) {
      const length = ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
      if (length > framePayloadBytes) throw new ConnectionFault(errorCode.frameSize, `a frame has ${length} bytes`);
      const end = at + frameHeadBytes + length;
      if (end > bytes.length) break;
      const stream = bytes.readUInt32BE(at + 5) & 0x7fff_ffff;
      this.#readFrame(bytes[at + 3] as number, bytes[at + 4] as number, stream, bytes.subarray(at + frameHeadBytes, end));
      at = end;
      if (this.#wire.backlog + this.output.length > mostBacklog) {
        this.output.flush();
        if (this.#wire.backlog <= mostBacklog) continue;
        this.#paused = true;
        this.#wire.pause();
        break;
      }
    }
    if (at > 0) this.#frameSince = this.#server.tick;
    this.#ahead = at === bytes.length ? nothing : bytes.subarray(at);
  }

  #readFrame(type: number, flags: number, id: number, payload: Buffer): void {
    if (this.#blocks.open !== undefined && (type !== frameType.continuation || id !== this.#blocks.open.stream))
      throw new ConnectionFault(errorCode.protocol, "a header block is interrupted");
    if (type === frameType.data) {
      this.#data(id, flags, payload);
      return;
    }
    if (type === frameType.headers) this.#headers(id, flags, unpadded(payload, flags, (flags & flag.priority) === 0 ? 0 : 5));
    else {
      this.#spend();
      switch (type) {
        case frameType.continuation:
          if (this.#blocks.open === undefined) throw new ConnectionFault(errorCode.protocol, "a header block goes on that has not begun");
          this.#block(this.#blocks.add(payload, (flags & flag.endHeaders) !== 0));
          break;
        case frameType.windowUpdate:
          this.#opened(id, payload);
          break;
        case frameType.ping:
          if (payload.length !== 8 || id !== 0) throw new ConnectionFault(errorCode.frameSize, "a ping is none");
          if ((flags & flag.ack) === 0) this.output.write(pingFrame(payload, flag.ack));
          break;
        case frameType.settings:
          this.#settings(flags, id, payload);
          break;
        case frameType.reset:
          this.#taken(id, payload);
          break;
        case frameType.pushPromise:
          throw new ConnectionFault(errorCode.protocol, "a client pushes");
        // GOAWAY of a client concerns streams that we would open; priorities mean nothing any more, and unknown frames neither (RFC 9113, 5.3 and 5.5).
      }
    }
  }

  #spend(): void {
    if (this.#guard.frame()) throw new ConnectionFault(errorCode.enhanceYourCalm, "there are too many frames that ask for nothing");
  }

  #headers(id: number, flags: number, fragment: Buffer): void {
    if (id % 2 === 0) throw new ConnectionFault(errorCode.protocol, "a stream's number is not a client's");
    this.#guard.request();
    const ends = (flags & flag.endStream) !== 0;
    this.#block(this.#blocks.begin({ stream: id, ends }, fragment, (flags & flag.endHeaders) !== 0));
  }

  /** A header block is whole, or undefined while it is not. */
  #block(block: ReturnType<HeaderBlocks["begin"]>): void {
    if (block === undefined) return;
    const { stream: id, ends, head } = block;
    const known = this.#streams.get(id);
    if (known !== undefined) {
      if (!ends || known.isWhole) throw new ConnectionFault(errorCode.protocol, "headers come in the middle of a stream");
      known.isWhole = true;
      known.handler?.data(nothing, true);
      return;
    }
    // Trailers of a stream that was answered before they came, or was reset.
    if (id <= this.#lastStream) return;
    this.#lastStream = id;
    if (this.#draining) return;
    if (this.#streams.size >= mostStreams) {
      this.#spend();
      this.#say(numberFrame(frameType.reset, id, errorCode.refusedStream));
      return;
    }
    if (typeof head === "string" && head !== headTooLarge) {
      this.#spend();
      this.#server.invalid(new SetosaError("REQUEST_INVALID", `The request is malformed: ${head}.`), this);
      this.#say(numberFrame(frameType.reset, id, errorCode.protocol));
      return;
    }
    const stream = new Http2Stream(id, this, { send: this.#initialSendWindow, receive: streamWindow, tick: this.#server.tick });
    stream.isWhole = ends;
    this.#streams.set(id, stream);
    if (typeof head === "string") {
      this.#spend();
      this.#server.refuse(stream, this);
      return;
    }
    this.#server.handle(head, stream, this);
    if (ends) stream.handler?.data(nothing, true);
  }

  #data(id: number, flags: number, payload: Buffer): void {
    const { length } = payload;
    this.#receiveWindow -= length;
    if (this.#receiveWindow < 0) throw new ConnectionFault(errorCode.flowControl, "more comes than the window has room for");
    // What comes for streams that are no more counts as well (RFC 9113, 5.1).
    if (this.#receiveWindow < connectionWindow / 2) {
      this.output.write(numberFrame(frameType.windowUpdate, 0, connectionWindow - this.#receiveWindow));
      this.#receiveWindow = connectionWindow;
    }
    const ends = (flags & flag.endStream) !== 0;
    if (length === 0 && !ends) this.#spend();
    const stream = this.#streams.get(id);
    if (stream === undefined) {
      if (id === 0 || id > this.#lastStream) throw new ConnectionFault(errorCode.protocol, "data comes on a stream that is not open");
      this.#spend();
      return;
    }
    if (stream.isWhole) throw new ConnectionFault(errorCode.streamClosed, "data comes behind the end of a stream");
    stream.receiveWindow -= length;
    if (stream.receiveWindow < 0) throw new ConnectionFault(errorCode.flowControl, "more comes than a stream's window has room for");
    stream.isWhole = ends;
    if (!ends && stream.receiveWindow < streamWindow / 2) {
      this.output.write(numberFrame(frameType.windowUpdate, id, streamWindow - stream.receiveWindow));
      stream.receiveWindow = streamWindow;
    }
    stream.handler?.data((flags & flag.padded) === 0 ? payload : unpadded(payload, flags, 0), ends);
  }

  #opened(id: number, payload: Buffer): void {
    if (payload.length !== 4) throw new ConnectionFault(errorCode.frameSize, "a window's update is none");
    const more = payload.readUInt32BE(0) & 0x7fff_ffff;
    if (id === 0) {
      this.sendWindow += more;
      if (more === 0 || this.sendWindow > largestWindow) throw new ConnectionFault(errorCode.flowControl, "a window is opened too far");
      for (const stream of this.#streams.values()) if (stream.waitingBytes > 0 && stream.proceed()) stream.since = this.#server.tick;
      return;
    }
    const stream = this.#streams.get(id);
    if (stream === undefined) {
      if (id > this.#lastStream) throw new ConnectionFault(errorCode.protocol, "a window is opened of no stream");
      return;
    }
    stream.sendWindow += more;
    if (more === 0 || stream.sendWindow > largestWindow) this.reset(stream, errorCode.flowControl);
    else if (stream.waitingBytes > 0 && stream.proceed()) stream.since = this.#server.tick;
  }

  #settings(flags: number, id: number, payload: Buffer): void {
    if (id !== 0 || payload.length % 6 !== 0) throw new ConnectionFault(errorCode.frameSize, "settings are none");
    if ((flags & flag.ack) !== 0) return;
    for (let at = 0; at < payload.length; at += 6) {
      if (payload.readUInt16BE(at) !== setting.initialWindowSize) continue;
      const value = payload.readUInt32BE(at + 2);
      if (value > largestWindow) throw new ConnectionFault(errorCode.flowControl, "a window begins too large");
      const more = value - this.#initialSendWindow;
      this.#initialSendWindow = value;
      for (const stream of this.#streams.values()) {
        stream.sendWindow += more;
        if (stream.waitingBytes > 0) stream.proceed();
      }
    }
    this.output.write(settingsAck);
  }

  /** The client takes a request back. */
  #taken(id: number, payload: Buffer): void {
    if (payload.length !== 4) throw new ConnectionFault(errorCode.frameSize, "a reset is none");
    if (id === 0 || id > this.#lastStream) throw new ConnectionFault(errorCode.protocol, "a stream is reset that is not open");
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    if (this.#guard.reset()) throw new ConnectionFault(errorCode.enhanceYourCalm, "too many requests are taken back");
    this.#forget(stream);
  }
}

/** The payload without its padding and what stands before it (RFC 9113, 6.1 and 6.2). */
function unpadded(payload: Buffer, flags: number, before: number): Buffer {
  const padded = (flags & flag.padded) !== 0;
  const start = before + (padded ? 1 : 0);
  const end = payload.length - (padded ? (payload[0] ?? 0) : 0);
  if (end < start) throw new ConnectionFault(errorCode.protocol, "a frame is shorter than its padding");
  return payload.subarray(start, end);
}

const wrongPortText = "This port speaks gRPC: HTTP/2 with prior knowledge.\n";
const wrongPort: Buffer = Buffer.from(
  `HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: ${wrongPortText.length}\r\nConnection: close\r\n\r\n${wrongPortText}`,
);
