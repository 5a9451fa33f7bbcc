import type { ClassLabel, Signature } from "../../../graph/signature.ts";
import type { Answers } from "../../../models/answers.ts";
import type { Head } from "../../exchange.ts";
import { type OutputColumn, writeBatch, writeEnd, writeSchema } from "../arrow/writer.ts";
import { answerColumns } from "./answer-columns.ts";
import { mediaTypes } from "./formats.ts";
import { bytesOf, type Piece, type TableWriter } from "./table-writer.ts";

const head: Head = { status: 200, headers: { "content-type": mediaTypes.arrow } };

/** Answers of a record batch that are held, as it can be sent only when it is whole; then it is cut into two. */
const mostHeld = 32 * 1024 * 1024;
/** Bytes of a request without record batches that are answered with one. */
const usualHeld = 256 * 1024;

/** From the position of a class to what a column holds. */
interface LabelColumn {
  readonly column: OutputColumn;
  bytes(answers: Answers, index: number, labels: number): Uint8Array;
}

/**
 * An Arrow IPC stream: a record batch for each that came, larger ones than 32 MiB in parts.
 * @param batches Whether the request has record batches; else rows make one as they come
 */
export function arrowWriter(signature: Signature, batches: boolean): TableWriter {
  const answer = arrowAnswers(signature);
  let columns: readonly OutputColumn[] = [];
  let parts: Uint8Array[][] = [];
  let rows = 0;
  let held = 0;

  /** Whether scores are float32 or float64 is known when there are some. */
  const begin = (answers: Answers): readonly Piece[] => {
    columns = answer.columns(answers.scores instanceof Float64Array ? "float64" : "float32");
    return writeSchema(columns).map(bytesPiece);
  };
  const flush = (): readonly Piece[] => {
    const written = writeBatch(rows, columns, parts);
    parts = [];
    rows = 0;
    held = 0;
    return written.map(bytesPiece);
  };
  return {
    head,
    get held() {
      return held;
    },
    opening: () => [],
    add: (answers, ends) => {
      const pieces = columns.length === 0 ? begin(answers) : [];
      if (parts.length === 0) parts = columns.map(() => []);
      rows += answers.rows;
      held += bytesOf(answers);
      for (const [index, bytes] of answer.bytes(answers).entries()) parts[index]?.push(bytes);
      return (batches && ends) || held >= (batches ? mostHeld : usualHeld) ? [...pieces, ...flush()] : pieces;
    },
    closing: () => [...(rows === 0 ? [] : flush()), bytesPiece(writeEnd())],
  };
}

/** How answers become columns of Arrow. */
export interface ArrowAnswers {
  columns(scores: "float32" | "float64"): readonly OutputColumn[];
  /** The values of each of those columns; of a bool column a byte for each row. */
  bytes(answers: Answers): readonly Uint8Array[];
}

export function arrowAnswers(signature: Signature): ArrowAnswers {
  const { labels, scores } = answerColumns(signature);
  const labelColumns = labels.map(({ name, classes }) => labelColumn(name, classes));
  return {
    columns: (type) => [...labelColumns.map(({ column }) => column), ...scores.map((name): OutputColumn => ({ name, type }))],
    bytes: (answers) => [
      ...labelColumns.map((column, index) => column.bytes(answers, index, labelColumns.length)),
      ...scores.map((_, index) => scoreBytes(answers, index)),
    ],
  };
}

function bytesPiece(bytes: Uint8Array): Piece {
  return { held: bytes.length, data: () => bytes };
}

function scoreBytes({ scores, rows, width }: Answers, index: number): Uint8Array {
  const column = scores instanceof Float64Array ? new Float64Array(rows) : new Float32Array(rows);
  if (scores !== undefined) for (let row = 0, at = index; row < rows; row++, at += width) column[row] = scores[at] as number;
  return new Uint8Array(column.buffer);
}

/** Classes are of one kind: all texts, whole numbers, numbers, or booleans. */
function labelColumn(name: string, classes: readonly ClassLabel[]): LabelColumn {
  if (classes.every((label) => typeof label === "boolean"))
    return valueColumn({ name, type: "bool" }, (rows) => new Uint8Array(rows), classes.map(Number));
  if (classes.every((label) => Number.isSafeInteger(label)))
    return valueColumn(
      { name, type: "int64" },
      (rows) => new BigInt64Array(rows),
      classes.map((label) => BigInt(label)),
    );
  if (classes.every((label) => typeof label === "number"))
    return valueColumn({ name, type: "float64" }, (rows) => new Float64Array(rows), classes.map(Number));
  return valueColumn(
    { name, type: { texts: classes.map(String) } },
    (rows) => new Int32Array(rows),
    classes.map((_, position) => position),
  );
}

function valueColumn<V>(
  column: OutputColumn,
  allocate: (rows: number) => { readonly buffer: ArrayBufferLike; [index: number]: V },
  values: readonly V[],
): LabelColumn {
  return {
    column,
    bytes: ({ labels, rows }, index, count) => {
      const data = allocate(rows);
      for (let row = 0; row < rows; row++) data[row] = values[labels?.[row * count + index] ?? 0] as V;
      return new Uint8Array(data.buffer);
    },
  };
}
