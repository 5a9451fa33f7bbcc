import { joinedBytes } from "../protocols/joined-bytes.ts";
import { goneError } from "../server/http1/stream-errors.ts";
import type { TransportFault } from "../server/transport.ts";

const nothing = new Uint8Array(0);

/** A body is larger than it may be. */
export class TooLarge extends Error {
  readonly fault: TransportFault;
  /** That have come, or that it says it has. */
  readonly bytes: number;

  constructor(fault: TransportFault, bytes: number) {
    super("The body is too large.");
    this.fault = fault;
    this.bytes = bytes;
  }
}

/**
 * A whole body, counted while it is read.
 * @throws TooLarge; SetosaError REQUEST_CANCELLED where its client has gone
 */
export async function readBody({ body, signal }: Request, most: number): Promise<Uint8Array> {
  if (body === null) return nothing;
  const reader = body.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  // Not every runtime breaks off a body whose request was aborted.
  const abort = () => void reader.cancel(signal.reason).catch(() => {});
  signal.addEventListener("abort", abort, { once: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (signal.aborted) throw goneError();
      if (done) break;
      length += value.length;
      if (length > most) {
        // Whoever sends it is told by the answer; what is left of it is of no use.
        void reader.cancel().catch(() => {});
        throw new TooLarge("body-too-large", length);
      }
      parts.push(value);
    }
  } catch (error) {
    throw error instanceof TooLarge ? error : goneError();
  } finally {
    signal.removeEventListener("abort", abort);
  }
  return joinedBytes(parts);
}
