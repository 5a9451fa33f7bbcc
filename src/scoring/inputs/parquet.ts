import type { DecodedArray, ParquetScan } from "hyparquet";
import { SetosaError } from "../../errors.ts";
import type { Column } from "../../models/column-encoder.ts";
import type { Model } from "../../models/model.ts";
import { featurePositions } from "../../protocols/predict/arrow/reader.ts";
import type { Block } from "../block.ts";
import type { Job } from "../job.ts";
import { notParquet, openParquet, type ParquetFile } from "../parquet-file.ts";
import { decompressors, loadReader } from "../parquet-package.ts";
import type { ScoringSettings } from "../settings.ts";
import { noMoments } from "../turns.ts";

/** Reads row groups of a Parquet file. */
export class ParquetInput {
  readonly #model: Model;
  readonly #settings: ScoringSettings;
  #file: ParquetFile | undefined;

  constructor(model: Model, settings: ScoringSettings) {
    this.#model = model;
    this.#settings = settings;
  }

  async *read({ from, to }: Extract<Job, { kind: "parquet" }>): AsyncGenerator<Block> {
    const { input, extraColumns, keepColumns } = this.#settings;
    this.#file ??= await openParquet(input.path);
    const { buffer, metadata, columns } = this.#file;
    const positions = featurePositions(columns, this.#model.signature.features, extraColumns);
    const { parquetScan } = await loadReader();
    const wanted = columns.filter((_, position) => keepColumns || positions.includes(position)).map(({ name }) => name);
    const scan = await parquetScan({ file: buffer, metadata, columns: wanted, compressors: decompressors() });
    const values = await readColumns(scan, wanted, from, to);
    const features = positions.map((position) => values.get(columns[position]?.name ?? ""));
    yield {
      rows: to - from,
      answer: (start, count) => this.#model.answerColumns({ columns: features, from: start, count, first: 0 }, noMoments()),
      place: (row) => `row ${from + row + 1}`,
      kept: keepColumns ? columns.map(({ name, type }) => ({ name, type, at: values.get(name)?.at ?? (() => null) })) : [],
    };
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }
}

async function readColumns(scan: ParquetScan, names: readonly string[], rowStart: number, rowEnd: number): Promise<Map<string, Column>> {
  const columns = new Map<string, Column>();
  for (const column of names) {
    try {
      columns.set(column, columnOf(await scan.readColumn({ column, rowStart, rowEnd })));
    } catch (cause) {
      if (cause instanceof SetosaError) throw cause;
      throw notParquet(
        `the column ${JSON.stringify(column.slice(0, 80))}: ${cause instanceof Error ? cause.message : String(cause)}`,
        cause,
      );
    }
  }
  return columns;
}

function columnOf(data: DecodedArray): Column {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    const numbers = Float64Array.from(data, Number);
    return { numbers, at: (row) => numbers[row] };
  }
  if (!Array.isArray(data)) return { numbers: data, at: (row) => data[row] };
  const values: readonly unknown[] = data;
  return { at: (row) => plain(values[row]) };
}

/** As JSON has it. */
function plain(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return value;
}
