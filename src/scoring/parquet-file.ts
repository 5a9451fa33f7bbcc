import { open } from "node:fs/promises";
import type { AsyncBuffer, FileMetaData, SchemaElement } from "hyparquet";
import { SetosaError } from "../errors.ts";
import type { ColumnType } from "./job.ts";
import { loadReader } from "./parquet-package.ts";

export interface ParquetColumn {
  readonly name: string;
  readonly type: ColumnType;
}

export interface ParquetFile {
  readonly buffer: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly columns: readonly ParquetColumn[];
  /** Rows of each row group. */
  readonly groups: readonly number[];
  close(): Promise<void>;
}

/**
 * Opens a Parquet file and reads what it holds, but no values.
 * @throws SetosaError BODY_SHAPE_INVALID, ENGINE_UNAVAILABLE
 */
export async function openParquet(path: string): Promise<ParquetFile> {
  const { parquetMetadataAsync, parquetSchema } = await loadReader();
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const buffer: AsyncBuffer = {
      byteLength: size,
      slice: async (start, end = size) => {
        const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start));
        for (let at = 0; at < bytes.length; ) {
          const { bytesRead } = await file.read(bytes, at, bytes.length - at, start + at);
          if (bytesRead === 0) throw notParquet("it ends too early");
          at += bytesRead;
        }
        return bytes.buffer;
      },
    };
    const metadata = await parquetMetadataAsync(buffer).catch((cause: unknown) => {
      throw cause instanceof SetosaError ? cause : notParquet(String(cause instanceof Error ? cause.message : cause), cause);
    });
    const columns = parquetSchema(metadata).children.map(({ element, children }) => column(element, children.length > 0));
    return {
      buffer,
      metadata,
      columns,
      groups: metadata.row_groups.map(({ num_rows }) => Number(num_rows)),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

export function notParquet(why: string, cause?: unknown): SetosaError {
  return new SetosaError("BODY_SHAPE_INVALID", `The file is not Parquet that can be read: ${why}.`, {
    hint: "Write it with pandas (frame.to_parquet) or pyarrow.",
    ...(cause === undefined ? {} : { cause }),
  });
}

function column({ name, type, repetition_type, converted_type, logical_type }: SchemaElement, nested: boolean): ParquetColumn {
  if (nested || type === undefined || repetition_type === "REPEATED")
    throw new SetosaError("BODY_SHAPE_INVALID", `The column ${JSON.stringify(name.slice(0, 80))} is nested.`, {
      path: `[${JSON.stringify(name)}]`,
      hint: "Leave the column out, or make one column of each of its parts.",
    });
  if (converted_type === "DECIMAL" || logical_type?.type === "FLOAT16") return { name, type: "float64" };
  // Times become texts.
  if (converted_type?.startsWith("TIME") === true || converted_type === "DATE") return { name, type: "text" };
  switch (type) {
    case "BOOLEAN":
      return { name, type: "bool" };
    case "INT32":
    case "INT64":
      return { name, type: logical_type?.type === "TIMESTAMP" || logical_type?.type === "DATE" ? "text" : "int64" };
    case "FLOAT":
    case "DOUBLE":
      return { name, type: "float64" };
    default:
      return { name, type: "text" };
  }
}
