import { SetosaError } from "../../../errors.ts";
import type { Answers } from "../../../models/answers.ts";
import type { Model } from "../../../models/model.ts";
import type { PredictionObserver } from "../../../models/observer.ts";
import type { RunOptions } from "../../../models/run-options.ts";
import type { Moments, Turns } from "../../../models/turns.ts";
import type { ProtocolLimits } from "../../context.ts";
import { CsvReader } from "../../csv-rows.ts";
import type { BodyStream } from "../../exchange.ts";
import { parseJsonRows } from "../../json-rows.ts";
import { ArrowReader } from "../arrow/reader.ts";
import { decodeRequest } from "../decode.ts";
import type { Memory } from "./memory.ts";

/** What reading a table and answering its rows takes. */
export interface InputOptions {
  readonly model: Model;
  readonly body: BodyStream;
  readonly limits: ProtocolLimits;
  readonly turns: Turns;
  readonly moments: Moments;
  readonly observers: readonly PredictionObserver[];
  readonly run: RunOptions;
  readonly memory: Memory;
}

/** Some rows' answers, and whether a record batch ends with them. */
export interface Answered {
  readonly answers: Answers;
  readonly ends: boolean;
}

/** Characters of CSV that are read at once: less than half a millisecond. Smaller pieces are put together, as each is looked at anew while its line has no end. */
const pieceLength = 16_384;
/** Rows of a record batch that are answered at once. */
const rowsAtOnce = 8192;

export async function* csvAnswers(
  { model, body, turns, moments, observers, run }: InputOptions,
  header: boolean,
): AsyncGenerator<Answered> {
  const reader = new CsvReader(model.signature.features, { header, mostRows: Number.POSITIVE_INFINITY });
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const options = { run, observers };
  let text = "";
  for (;;) {
    const piece = await body.read();
    text += decode(decoder, piece);
    const isLast = piece === undefined;
    let at = 0;
    while (text.length - at >= pieceLength || (isLast && at < text.length)) {
      const rows = reader.read(text.slice(at, at + pieceLength));
      at += pieceLength;
      if (rows.length > 0) yield { answers: await model.answerManyRows(rows, "", turns, options), ends: false };
      await moments.pause();
    }
    text = text.slice(at);
    if (!isLast) continue;
    const rows = reader.end();
    if (rows.length > 0) yield { answers: await model.answerManyRows(rows, "", turns, options), ends: false };
    return;
  }
}

function decode(decoder: TextDecoder, piece: Uint8Array | undefined): string {
  try {
    return piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true });
  } catch (cause) {
    throw new SetosaError("CSV_INVALID", "The body is not UTF-8.", { hint: "Send the CSV as UTF-8.", cause });
  }
}

export async function* arrowAnswers({ model, body, moments, observers, run, memory }: InputOptions): AsyncGenerator<Answered> {
  const reader = new ArrowReader(model.signature.features);
  let first = 0;
  try {
    for (let piece = await body.read(); piece !== undefined; piece = await body.read()) {
      reader.add(piece);
      for (let batch = reader.next(); batch !== undefined; batch = reader.next()) {
        const { columns, rows } = batch;
        for (let from = 0; from === 0 || from < rows; from += rowsAtOnce) {
          const count = Math.min(rowsAtOnce, rows - from);
          const answers = await model.answerColumns({ columns, from, count, first }, moments, { run, observers });
          first += count;
          yield { answers, ends: from + count === rows };
          await moments.pause();
        }
      }
      memory.need(reader, reader.held);
    }
    reader.end();
  } finally {
    memory.hold(reader, 0);
  }
  if (first === 0) throw new SetosaError("ROWS_EMPTY", "The table has no row.", { hint: "Send at least one row." });
}

/** JSON is read as a whole, within the limits of all JSON. */
export async function* jsonAnswers({ model, body, limits, turns, observers, run, memory }: InputOptions): AsyncGenerator<Answered> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for (let piece = await body.read(); piece !== undefined; piece = await body.read()) {
      pieces.push(piece);
      length += piece.length;
      if (length > (limits.bodyBytes ?? length))
        throw new SetosaError("BODY_TOO_LARGE", `The body is larger than ${limits.bodyBytes} bytes.`, {
          hint: "Send the rows as CSV or Arrow, which are read as they come, or start the server with a larger --max-body-bytes.",
        });
      memory.need(pieces, length);
    }
    const whole = new Uint8Array(length);
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    const request = decodeRequest(await parseJsonRows(whole, limits.jsonDepth, turns), model.signature, limits.rows);
    if (request.kind === "tensors") throw new SetosaError("INTERNAL", "A model of features was asked for tensors.");
    const [rows, path] = request.kind === "row" ? [[request.row], ""] : [request.rows, request.path];
    yield { answers: await model.answerManyRows(rows, path, turns, { run, observers }), ends: true };
  } finally {
    memory.hold(pieces, 0);
  }
}
