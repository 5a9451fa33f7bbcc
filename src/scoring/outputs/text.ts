import type { Answers } from "../../models/answers.ts";
import type { Model } from "../../models/model.ts";
import { createEncoder } from "../../protocols/predict/encode.ts";
import { csvField, csvText } from "../../protocols/predict/tables/csv-writer.ts";
import type { Block, KeptColumn } from "../block.ts";
import type { Frame } from "../job.ts";
import { type JobWriter, nothing, type Output } from "./output.ts";

const encoder = new TextEncoder();
const encode = (text: string) => encoder.encode(text);

/** Characters that are put together before they become bytes. */
const pieceLength = 262_144;

/** A writer of text: what some rows become. */
function textWriter(write: (block: Block, from: number, answers: Answers) => string): JobWriter {
  const parts: Uint8Array[] = [];
  let text = "";
  const flush = () => {
    if (text !== "") parts.push(encode(text));
    text = "";
  };
  return {
    add: (block, from, answers) => {
      text += write(block, from, answers);
      if (text.length > pieceLength) flush();
    },
    finish: () => {
      flush();
      return { parts };
    },
  };
}

/** CSV with a header, as the server writes it. */
export class CsvOutput implements Output {
  readonly #text: ReturnType<typeof csvText>;
  #frame: Frame | undefined;

  constructor(model: Model) {
    this.#text = csvText(model.signature);
  }

  get frame(): Frame {
    return this.#frame ?? this.#frameOf([]);
  }

  begin(): JobWriter {
    return textWriter((block, from, answers) => {
      const { kept } = block;
      this.#frame ??= this.#frameOf(kept);
      const before =
        kept.length === 0
          ? undefined
          : (row: number) => {
              let fields = "";
              for (const column of kept) fields += `${keptField(column, from + row)},`;
              return fields;
            };
      return this.#text.write(answers, 0, answers.rows, before);
    });
  }

  #frameOf(kept: readonly KeptColumn[]): Frame {
    const names = [...kept.map(({ name }) => csvField(name)), ...this.#text.names];
    return { opening: [encode(`${names.join(",")}\n`)], between: nothing, closing: nothing };
  }
}

/** A missing value is nothing, a text without characters is in quotes. */
function keptField(column: KeptColumn, row: number): string {
  if (column.text !== undefined) {
    const text = column.text(row);
    return text === '""' ? text : csvField(text);
  }
  const value = column.at(row);
  if (value === null || value === undefined) return "";
  if (value === "") return '""';
  return csvField(typeof value === "object" ? JSON.stringify(value) : String(value));
}

/** JSON Lines: for each row an object with what `/predict` answers for it. */
export class JsonLinesOutput implements Output {
  readonly #row: (answers: Answers, row: number) => string;
  readonly frame: Frame = { opening: [], between: nothing, closing: nothing };

  constructor({ name, version, signature }: Model) {
    this.#row = createEncoder(name, version, signature).row;
  }

  begin(): JobWriter {
    return textWriter((block, from, answers) => {
      let lines = "";
      for (let row = 0; row < answers.rows; row++) lines += `${keptObject(block, from + row, this.#row(answers, row))}\n`;
      return lines;
    });
  }
}

/** The document that the server answers a list of rows with. */
export class JsonOutput implements Output {
  readonly #encoder: ReturnType<typeof createEncoder>;
  readonly frame: Frame;

  constructor({ name, version, signature }: Model) {
    this.#encoder = createEncoder(name, version, signature);
    const { opening, closing } = this.#encoder;
    this.frame = { opening: [encode(opening)], between: encode(","), closing: encode(closing) };
  }

  begin(): JobWriter {
    let isFirst = true;
    return textWriter((block, from, answers) => {
      let list = "";
      for (let row = 0; row < answers.rows; row++) {
        list += `${isFirst ? "" : ","}${keptObject(block, from + row, this.#encoder.row(answers, row))}`;
        isFirst = false;
      }
      return list;
    });
  }
}

function keptObject({ kept, object }: Block, row: number, answer: string): string {
  const before = object?.(row) ?? (kept.length === 0 ? undefined : Object.fromEntries(kept.map((column) => [column.name, column.at(row)])));
  if (before === undefined) return answer;
  const text = JSON.stringify(before);
  return text === "{}" ? answer : `${text.slice(0, -1)},${answer.slice(1)}`;
}
