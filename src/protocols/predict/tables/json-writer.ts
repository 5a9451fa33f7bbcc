import { jsonHead } from "../../exchange.ts";
import type { AnswerEncoder } from "../encode.ts";
import { type TableWriter, textPiece, textPieces } from "./table-writer.ts";

/** The JSON that a list of rows is answered with. */
export function jsonWriter(encoder: AnswerEncoder): TableWriter {
  let isFirst = true;
  return {
    head: jsonHead,
    held: 0,
    opening: () => [textPiece(encoder.opening)],
    add: (answers) =>
      textPieces(answers, (all, from, to) => {
        const separator = isFirst ? "" : ",";
        isFirst = false;
        return separator + encoder.rows(all, from, to);
      }),
    closing: () => [textPiece(encoder.closing)],
  };
}
