import type { Answers } from "../../models/answers.ts";
import type { Model } from "../../models/model.ts";
import { type ColumnParts, type OutputColumn, writeBatch, writeEnd, writeSchema } from "../../protocols/predict/arrow/writer.ts";
import { type ArrowAnswers, arrowAnswers } from "../../protocols/predict/tables/arrow-writer.ts";
import type { Block, KeptColumn } from "../block.ts";
import type { Frame } from "../job.ts";
import { ColumnBuilder } from "./column-builder.ts";
import { type JobWriter, nothing, type Output } from "./output.ts";

/** An Arrow IPC stream with a record batch for each job. */
export class ArrowOutput implements Output {
  readonly #answers: ArrowAnswers;
  #columns: readonly OutputColumn[] | undefined;

  constructor(model: Model) {
    this.#answers = arrowAnswers(model.signature);
  }

  get frame(): Frame {
    return { opening: writeSchema(this.#columns ?? this.#answers.columns("float32")), between: nothing, closing: writeEnd() };
  }

  begin(): JobWriter {
    const answered: Uint8Array[][] = [];
    let kept: readonly ColumnBuilder[] | undefined;
    let rows = 0;
    return {
      add: (block: Block, from: number, answers: Answers) => {
        this.#columns ??= this.#columnsOf(block.kept, answers);
        kept ??= block.kept.map((column) => new ColumnBuilder(column));
        for (const [index, column] of block.kept.entries()) kept[index]?.add(column, from, answers.rows);
        for (const [index, bytes] of this.#answers.bytes(answers).entries()) {
          answered[index] ??= [];
          answered[index].push(bytes);
        }
        rows += answers.rows;
      },
      finish: () => {
        if (rows === 0 || this.#columns === undefined) return { parts: [] };
        const values: (readonly Uint8Array[] | ColumnParts)[] = [...(kept ?? []).map((column) => column.parts()), ...answered];
        return { parts: writeBatch(rows, this.#columns, values) };
      },
    };
  }

  #columnsOf(kept: readonly KeptColumn[], { scores }: Answers): readonly OutputColumn[] {
    return [
      ...kept.map(({ name, type }): OutputColumn => ({ name, type, nullable: true })),
      ...this.#answers.columns(scores instanceof Float64Array ? "float64" : "float32"),
    ];
  }
}
