import type { Signature } from "../../../graph/signature.ts";
import type { Answers } from "../../../models/answers.ts";
import { shortFloat32 } from "../../../tensor/float32-text.ts";
import type { Head } from "../../exchange.ts";
import { answerColumns } from "./answer-columns.ts";
import { type TableWriter, textPiece, textPieces } from "./table-writer.ts";

const head: Head = { status: 200, headers: { "content-type": "text/csv; charset=utf-8; header=present" } };

/** CSV (RFC 4180, but for its line ends, which are those that everything reads): a header, and a line for each row. */
export function csvWriter(signature: Signature): TableWriter {
  const { labels, scores } = answerColumns(signature);
  const classes = labels.map((label) => label.classes.map((name) => field(String(name))));
  const header = `${[...labels.map(({ name }) => name), ...scores].map(field).join(",")}\n`;
  const write = (answers: Answers, from: number, to: number): string => {
    const text = answers.scores instanceof Float32Array ? shortText : String;
    const { width } = answers;
    let lines = "";
    for (let row = from; row < to; row++) {
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
  return {
    head,
    held: 0,
    opening: () => [textPiece(header)],
    add: (answers) => textPieces(answers, write),
    closing: () => [],
  };
}

/** A float32 with the digits that tell it from its neighbours; CSV can also say NaN and Infinity. */
function shortText(value: number): string {
  return String(Number.isFinite(value) ? shortFloat32(value) : value);
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
