// Frames of HTTP/2 (RFC 9113, 4 and 6).

export const frameHeadBytes = 9;
/** Bytes of a frame's payload, both ways: what nobody has to announce (RFC 9113, 4.2). */
export const framePayloadBytes = 16_384;

export const frameType = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const flag = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 32 } as const;

export const errorCode = {
  none: 0,
  protocol: 1,
  flowControl: 3,
  streamClosed: 5,
  frameSize: 6,
  refusedStream: 7,
  cancel: 8,
  compression: 9,
  enhanceYourCalm: 11,
} as const;

export const setting = { maxConcurrentStreams: 3, initialWindowSize: 4, maxFrameSize: 5, maxHeaderListSize: 6 } as const;

/** What both sides begin with (RFC 9113, 6.5.2 and 6.9.2). */
export const defaultWindow = 65_535;
export const largestWindow = 2 ** 31 - 1;

/** What a client sends first (RFC 9113, 3.4). */
export const preface: Buffer = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

/** Something that ends the connection, with the code that says why. */
export class ConnectionFault extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** @param at Where the frame begins */
export function writeFrameHead(target: Buffer, at: number, { length, type, flags, stream }: FrameHead): void {
  target[at] = length >>> 16;
  target[at + 1] = (length >>> 8) & 255;
  target[at + 2] = length & 255;
  target[at + 3] = type;
  target[at + 4] = flags;
  target[at + 5] = stream >>> 24;
  target[at + 6] = (stream >>> 16) & 255;
  target[at + 7] = (stream >>> 8) & 255;
  target[at + 8] = stream & 255;
}

export interface FrameHead {
  readonly length: number;
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
}

export function settingsFrame(values: readonly (readonly [id: number, value: number])[]): Buffer {
  const frame = Buffer.alloc(frameHeadBytes + 6 * values.length);
  writeFrameHead(frame, 0, { length: 6 * values.length, type: frameType.settings, flags: 0, stream: 0 });
  for (const [index, [id, value]] of values.entries()) {
    frame.writeUInt16BE(id, frameHeadBytes + 6 * index);
    frame.writeUInt32BE(value, frameHeadBytes + 6 * index + 2);
  }
  return frame;
}

/** RST_STREAM, WINDOW_UPDATE: one number. */
export function numberFrame(type: number, stream: number, value: number): Buffer {
  const frame = Buffer.alloc(frameHeadBytes + 4);
  writeFrameHead(frame, 0, { length: 4, type, flags: 0, stream });
  frame.writeUInt32BE(value, frameHeadBytes);
  return frame;
}

export function goAwayFrame(lastStream: number, code: number, reason: string): Buffer {
  const text = Buffer.from(reason, "latin1");
  const frame = Buffer.alloc(frameHeadBytes + 8 + text.length);
  writeFrameHead(frame, 0, { length: 8 + text.length, type: frameType.goAway, flags: 0, stream: 0 });
  frame.writeUInt32BE(lastStream, frameHeadBytes);
  frame.writeUInt32BE(code, frameHeadBytes + 4);
  text.copy(frame, frameHeadBytes + 8);
  return frame;
}

export const settingsAck: Buffer = Buffer.of(0, 0, 0, frameType.settings, flag.ack, 0, 0, 0, 0);

export function pingFrame(payload: Uint8Array, flags: number): Buffer {
  const frame = Buffer.alloc(frameHeadBytes + 8);
  writeFrameHead(frame, 0, { length: 8, type: frameType.ping, flags, stream: 0 });
  frame.set(payload, frameHeadBytes);
  return frame;
}
