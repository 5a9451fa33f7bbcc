import { joinedBytes } from "../../protocols/joined-bytes.ts";
import { notArrow } from "../../protocols/predict/arrow/arrow-error.ts";
import { FlatTable } from "../../protocols/predict/arrow/flatbuffer.ts";
import { headers, mostBatchBytes, readingFlat } from "../../protocols/predict/arrow/messages.ts";
import type { Job } from "../job.ts";

/** Bytes of record batches, and rows, that one thread takes at once. */
const jobBytes = 1 << 20;
const jobRows = 65_536;
const mostMetadata = 1 << 20;
const continuation = 0xffffffff;

/** An Arrow file (also called Feather) is a stream between `ARROW1` and a footer, which a reader from beginning to end does not need. */
const magic = "ARROW1";

/** Reads exactly so many bytes at a time. */
class Bytes {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array(0);
  #at = 0;

  constructor(pieces: AsyncIterator<Uint8Array>) {
    this.#pieces = pieces;
  }

  /** Undefined at the end. */
  async take(count: number): Promise<Uint8Array | undefined> {
    const bytes = new Uint8Array(count);
    for (let filled = 0; filled < count; ) {
      if (this.#at === this.#piece.length) {
        const next = await this.#pieces.next();
        if (next.done === true) {
          if (filled === 0) return undefined;
          throw notArrow("it ends within a message", remedy);
        }
        this.#piece = next.value;
        this.#at = 0;
      }
      const part = this.#piece.subarray(this.#at, this.#at + count - filled);
      bytes.set(part, filled);
      filled += part.length;
      this.#at += part.length;
    }
    return bytes;
  }
}

const remedy = "Write it with an Arrow library, such as pyarrow.ipc.new_stream, or pyarrow.feather with compression='uncompressed'.";

interface Message {
  readonly type: number;
  readonly rows: number;
  readonly bytes: Uint8Array;
}

/** The jobs of an Arrow stream or file: some record batches each, whole as they came. */
export async function* arrowJobs(pieces: AsyncIterator<Uint8Array>): AsyncGenerator<Job> {
  const source = new Bytes(pieces);
  const common: Uint8Array[] = [];
  let batches: Uint8Array[] = [];
  let [first, rows, length] = [0, 0, 0];
  const job = (): Job => {
    const taken: Job = { kind: "arrow", bytes: joinedBytes(batches), row: first, common: [...common], commonBefore: 0 };
    batches = [];
    first += rows;
    [rows, length] = [0, 0];
    return taken;
  };
  for (let message = await next(source, true); message !== undefined; message = await next(source, false)) {
    if (message.type === headers.recordBatch) {
      batches.push(message.bytes);
      rows += message.rows;
      length += message.bytes.length;
      if (length >= jobBytes || rows >= jobRows) yield job();
    } else {
      // A dictionary may replace the one that the batches before it mean.
      if (batches.length > 0) yield job();
      common.push(message.bytes);
    }
  }
  // A schema that does not fit is told, even if there is no row.
  if (batches.length > 0 || first === 0) yield job();
}

async function next(source: Bytes, isFirst: boolean): Promise<Message | undefined> {
  let prefix = await source.take(4);
  if (prefix !== undefined && isFirst && String.fromCharCode(...prefix) === magic.slice(0, 4)) {
    await source.take(4);
    prefix = await source.take(4);
  }
  if (prefix === undefined) return undefined;
  const first = uint32(prefix);
  const sizeBytes = first === continuation ? await source.take(4) : undefined;
  if (first === continuation && sizeBytes === undefined) throw notArrow("it ends within a message", remedy);
  const size = sizeBytes === undefined ? first : uint32(sizeBytes);
  if (size === 0) return undefined;
  if (size > mostMetadata) throw notArrow("a message's metadata is too long", remedy);
  const metadata = await source.take(size);
  if (metadata === undefined) throw notArrow("it ends within a message", remedy);
  const { type, rows, bodyLength } = readMetadata(metadata);
  const body = bodyLength === 0 ? new Uint8Array(0) : await source.take(bodyLength);
  if (body === undefined) throw notArrow("it ends within a message", remedy);
  return { type, rows, bytes: joinedBytes([prefix, ...(sizeBytes === undefined ? [] : [sizeBytes]), metadata, body]) };
}

function readMetadata(bytes: Uint8Array): { readonly type: number; readonly rows: number; readonly bodyLength: number } {
  return readingFlat(() => {
    const root = FlatTable.root(new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
    const [type, header, bodyLength] = [root.uint8(1), root.table(2), root.long(3)];
    if (bodyLength > mostBatchBytes)
      throw notArrow(
        `a record batch has ${bodyLength} bytes, and the limit is ${mostBatchBytes}`,
        "Write smaller record batches: writer.write_table(table, max_chunksize=65536).",
      );
    return { type, rows: type === headers.recordBatch ? (header?.long(0) ?? 0) : 0, bodyLength };
  });
}

function uint32(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
}
