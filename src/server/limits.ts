/** What the server accepts before it refuses, at once and with a clear answer. */
export interface Limits {
  /** Bytes of a request's body. */
  readonly bodyBytes: number;
  /** Bytes of a body that is read in pieces: a table of rows. */
  readonly streamBytes: number;
  /** How deep a body's arrays and objects nest. */
  readonly jsonDepth: number;
  /** Rows in one request. */
  readonly rows: number;
  /** Bytes of a request's line and headers. */
  readonly headerBytes: number;
  /** Milliseconds in which a request must have arrived whole. */
  readonly requestMilliseconds: number;
  /** Milliseconds after which an idle connection is closed. */
  readonly idleMilliseconds: number;
  /** Milliseconds in which a request must be answered, once it has arrived. */
  readonly deadlineMilliseconds: number;
  /** Concurrent connections. */
  readonly connections: number;
  /** Milliseconds that a turn of the event loop may take, turn after turn, before requests are refused; 0 refuses none. */
  readonly turnMilliseconds: number;
  /** Milliseconds between the moment when the server says that it is not ready, and the closing of its port, when it shuts down. */
  readonly drainDelayMilliseconds: number;
  /** Milliseconds that requests under way get to finish when the server shuts down. */
  readonly drainMilliseconds: number;
}

export const defaultLimits: Limits = {
  bodyBytes: 10 * 1024 * 1024,
  streamBytes: 1024 * 1024 * 1024,
  jsonDepth: 32,
  rows: 100_000,
  headerBytes: 16 * 1024,
  requestMilliseconds: 30_000,
  idleMilliseconds: 10_000,
  deadlineMilliseconds: 30_000,
  connections: 10_000,
  turnMilliseconds: 25,
  drainDelayMilliseconds: 0,
  drainMilliseconds: 10_000,
};
