import type { ColumnSource, ParquetWriter, Writer } from "hyparquet-writer";
import type { JobResult, WrittenColumn } from "../job.ts";
import { loadWriter } from "../parquet-package.ts";
import type { Sink } from "./output-file.ts";

/** Puts the answers of jobs together, in their order. */
export interface AnswerSink {
  add(result: JobResult): Promise<void>;
  finish(): Promise<void>;
}

/** Parts one after the other. */
export class PartsSink implements AnswerSink {
  readonly #sink: Sink;
  #last: JobResult | undefined;
  #begun = false;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  async add(result: JobResult): Promise<void> {
    // Of no row, the frame may not be known yet.
    if (this.#last === undefined || result.rows > 0) this.#last = result;
    if (result.rows === 0) return;
    for (const piece of this.#begun ? [result.frame.between] : result.frame.opening) await this.#sink.write(piece);
    this.#begun = true;
    for (const part of result.parts) await this.#sink.write(part);
  }

  async finish(): Promise<void> {
    const frame = this.#last?.frame;
    if (frame === undefined) return;
    if (!this.#begun) for (const piece of frame.opening) await this.#sink.write(piece);
    await this.#sink.write(frame.closing);
  }
}

const types = { float32: "FLOAT", float64: "DOUBLE", int64: "INT64", bool: "BOOLEAN", text: "STRING" } as const;
/** Rows that a row group has at least, but for the last. */
const rowsOfGroup = 65_536;

/** One Parquet file, whose row groups hold the rows of one or several jobs. */
export class ParquetSink implements AnswerSink {
  readonly #sink: Sink;
  #writer: ParquetWriter | undefined;
  #waiting: (readonly WrittenColumn[])[] = [];
  #rows = 0;
  #written = Promise.resolve();

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  async add({ rows, columns = [] }: JobResult): Promise<void> {
    if (rows === 0) return;
    this.#waiting.push(columns);
    this.#rows += rows;
    if (this.#rows >= rowsOfGroup) await this.#flush();
  }

  async finish(): Promise<void> {
    if (this.#rows > 0) await this.#flush();
    if (this.#writer === undefined) return;
    await this.#writer.finish();
    await this.#written;
  }

  async #flush(): Promise<void> {
    const [first = []] = this.#waiting;
    const columnData = first.map(({ name, type, nullable }, index): ColumnSource => {
      const data = joined(this.#waiting.map((columns) => columns[index] as WrittenColumn));
      return { name, data, type: types[type], nullable };
    });
    this.#writer ??= await this.#begin(columnData);
    await this.#writer.write({ columnData, rowGroupSize: this.#rows });
    this.#waiting = [];
    this.#rows = 0;
  }

  async #begin(columnData: ColumnSource[]): Promise<ParquetWriter> {
    const { ByteWriter, ParquetWriter, schemaFromColumnData } = await loadWriter();
    const bytes = new ByteWriter();
    const send = (): Promise<void> => {
      const written = bytes.buffer.slice(0, bytes.index);
      bytes.index = 0;
      this.#written = this.#written.then(() => this.#sink.write(new Uint8Array(written)));
      return this.#written;
    };
    const writer: Writer = Object.assign(bytes, { flush: send, finish: send });
    return new ParquetWriter({ writer, schema: schemaFromColumnData({ columnData }), createdBy: "setosa" });
  }
}

function joined(columns: readonly WrittenColumn[]): ColumnSource["data"] {
  const [{ data }] = columns as readonly [WrittenColumn];
  if (columns.length === 1) return data as ColumnSource["data"];
  if (Array.isArray(data)) return columns.flatMap((column) => column.data as readonly unknown[]);
  const length = columns.reduce((sum, column) => sum + column.data.length, 0);
  const whole = data instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);
  let at = 0;
  for (const column of columns) {
    whole.set(column.data as Float32Array, at);
    at += column.data.length;
  }
  return whole;
}
