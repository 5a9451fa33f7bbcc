import type { Signature } from "../../../graph/signature.ts";
import type { Answers } from "../../../models/answers.ts";
import { shortFloat32 } from "../../../tensor/float32-text.ts";
import type { Head } from "../../exchange.ts";
import { answerColumns } from "./answer-columns.ts";
import { type TableWriter, textPiece, textPieces } from "./table-writer.ts";

const head: Head = { status: 200, headers: { "content-type": "text/csv; charset=utf-8; header=present" } };

/** Writes answers as CSV (RFC 4180, but for its line ends, which are those that everything reads): a line for each row. */
export interface CsvText {
  /** The columns' names, as fields. */
  readonly names: readonly string[];
  /**
   * The lines of some rows.
   * @param before What a row's line begins with
   */
  write(answers: Answers, from: number, to: number, before?: (row: number) => string): string;
}

export function csvText(signature: Signature): CsvText {
  const { labels, scores } = answerColumns(signature);
  const classes = labels.map((label) => label.classes.map((name) => csvField(String(name))));
  const write = (answers: Answers, from: number, to: number, before?: (row: number) => string): string => {
    const text = answers.scores instanceof Float32Array ? shortText : String;
    const { width } = answers;
    let lines = "";
    for (let row = from; row < to; row++) {
      if (before !== undefined) lines += before(row);
      for (let index = 0; index < classes.length; index++) {
        const label = answers.labels?.[row * classes.length + index] ?? -1;
        lines += (index === 0 ? "" : ",") + ((classes[index] as readonly string[])[label] ?? "");
      }
      if (answers.scores !== undefined)
        for (let index = 0; index < width; index++)
          lines += (index === 0 && classes.length === 0 ? "" : ",") + text(answers.scores[row * width + index] as number);
      lines += "\n";
    }
    return lines;
  };
  return { names: [...labels.map(({ name }) => name), ...scores].map(csvField), write };
}

/** A header, and a line for each row. */
export function csvWriter(signature: Signature): TableWriter {
  const { names, write } = csvText(signature);
  return {
    head,
    held: 0,
    opening: () => [textPiece(`${names.join(",")}\n`)],
    add: (answers) => textPieces(answers, write),
    closing: () => [],
  };
}

/** A float32 with the digits that tell it from its neighbours; CSV can also say NaN and Infinity. */
function shortText(value: number): string {
  return String(Number.isFinite(value) ? shortFloat32(value) : value);
}

/** A text as a field: in quotes where it has to be. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
