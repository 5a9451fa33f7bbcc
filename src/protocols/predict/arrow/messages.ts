import { notArrow } from "./arrow-error.ts";
import { FlatTable } from "./flatbuffer.ts";

/** `MessageHeader` of Message.fbs. */
export const headers = { schema: 1, dictionaryBatch: 2, recordBatch: 3 } as const;

/** One encapsulated message (https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format). */
export interface ArrowMessage {
  /** One of `headers`, or another that is not read. */
  readonly type: number;
  readonly header: FlatTable;
  /** Begins at a multiple of 8. */
  readonly body: ArrayBuffer;
}

const continuation = 0xffffffff;
/** Metadata is a few hundred bytes for each column. */
const mostMetadata = 1 << 20;
/** What a record batch holds is in memory at once, as each of its columns comes whole before the next. */
export const mostBatchBytes = 64 * 1024 * 1024;
const nothing = new Uint8Array(0);

/** Takes a stream that comes in pieces apart into messages; of memory it holds one message. */
export class ArrowMessages {
  #piece: Uint8Array = nothing;
  #at = 0;
  /** What is being read, and how much of it has come. */
  #target = new Uint8Array(4);
  #filled = 0;
  #state: "prefix" | "size" | "metadata" | "body" | "done" = "prefix";
  #message: { readonly type: number; readonly header: FlatTable } | undefined;

  /** More bytes, when all of the piece before are used. */
  add(piece: Uint8Array): void {
    this.#piece = piece;
    this.#at = 0;
  }

  /**
   * The next message; undefined where it has not come whole.
   * @throws SetosaError BODY_SHAPE_INVALID
   */
  next(): ArrowMessage | undefined {
    while (this.#state !== "done" && this.#fill()) {
      const message = this.#step();
      if (message !== undefined) return message;
    }
    if (this.#state === "done" && this.#at < this.#piece.length) throw notArrow("bytes follow its end");
    return undefined;
  }

  /** Bytes that the message under way takes in memory. */
  get held(): number {
    return this.#target.length;
  }

  /**
   * Nothing follows: a stream ends with a mark, or between two messages.
   * @throws SetosaError BODY_SHAPE_INVALID
   */
  end(): void {
    if (this.#state === "done" || (this.#state === "prefix" && this.#filled === 0)) return;
    throw notArrow("it ends within a message");
  }

  /** @returns whether what is being read is whole */
  #fill(): boolean {
    const target = this.#target;
    const count = Math.min(target.length - this.#filled, this.#piece.length - this.#at);
    if (count > 0) {
      target.set(this.#piece.subarray(this.#at, this.#at + count), this.#filled);
      this.#filled += count;
      this.#at += count;
      // Nothing holds on to bytes that are used.
      if (this.#at === this.#piece.length) this.add(nothing);
    }
    return this.#filled === target.length;
  }

  #read(state: "prefix" | "size" | "metadata" | "body", bytes: number): void {
    this.#state = state;
    this.#target = new Uint8Array(bytes);
    this.#filled = 0;
  }

  #step(): ArrowMessage | undefined {
    const view = new DataView(this.#target.buffer);
    switch (this.#state) {
      case "prefix": {
        const value = view.getUint32(0, true);
        // Before Arrow 0.15 the size stood alone.
        if (value === continuation) this.#read("size", 4);
        else this.#readMetadata(value);
        return undefined;
      }
      case "size":
        this.#readMetadata(view.getUint32(0, true));
        return undefined;
      case "metadata": {
        const { bodyLength, ...message } = readMessage(view);
        this.#message = message;
        this.#read("body", bodyLength);
        return undefined;
      }
      default: {
        const { buffer } = this.#target;
        const message = { ...(this.#message as { readonly type: number; readonly header: FlatTable }), body: buffer };
        this.#read("prefix", 4);
        return message;
      }
    }
  }

  #readMetadata(size: number): void {
    if (size === 0) this.#state = "done";
    else if (size > mostMetadata)
      throw notArrow(size === 0x4f525241 ? "it is an Arrow file" : "a message's metadata is too long", fileHint(size));
    else this.#read("metadata", size);
  }
}

/** A file (also called Feather) begins with ARROW1. */
function fileHint(size: number): string | undefined {
  return size === 0x4f525241 ? "Write a stream instead of a file: pyarrow.ipc.new_stream instead of new_file." : undefined;
}

function readMessage(view: DataView): { readonly type: number; readonly header: FlatTable; readonly bodyLength: number } {
  return readingFlat(() => {
    const root = FlatTable.root(view);
    const [type, header, bodyLength] = [root.uint8(1), root.table(2), root.long(3)];
    if (header === undefined) throw notArrow("a message has no header");
    if (bodyLength > mostBatchBytes)
      throw notArrow(
        `a record batch has ${bodyLength} bytes, and the limit is ${mostBatchBytes}`,
        "Write smaller record batches: writer.write_table(table, max_chunksize=65536).",
      );
    return { type, header, bodyLength };
  });
}

/** What leads out of a message is damage. */
export function readingFlat<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw notArrow("a message is damaged");
    throw error;
  }
}
