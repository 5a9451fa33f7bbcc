import type { ClassLabel } from "../../graph/signature.ts";
import type { Answers } from "../../models/answers.ts";
import type { Model } from "../../models/model.ts";
import { answerColumns } from "../../protocols/predict/tables/answer-columns.ts";
import type { Frame, WrittenColumn } from "../job.ts";
import { ColumnBuilder } from "./column-builder.ts";
import { type JobWriter, nothing, type Output } from "./output.ts";

/** Columns, for the one writer of the file. */
export class ParquetOutput implements Output {
  readonly #names: ReturnType<typeof answerColumns>;
  readonly frame: Frame = { opening: [], between: nothing, closing: nothing };

  constructor(model: Model) {
    this.#names = answerColumns(model.signature);
  }

  begin(): JobWriter {
    const parts: Answers[] = [];
    let kept: readonly ColumnBuilder[] | undefined;
    return {
      add: (block, from, answers) => {
        kept ??= block.kept.map((column) => new ColumnBuilder(column));
        for (const [index, column] of block.kept.entries()) kept[index]?.add(column, from, answers.rows);
        parts.push(answers);
      },
      finish: () => ({
        parts: [],
        columns: parts.length === 0 ? [] : [...(kept ?? []).map((column) => column.column()), ...this.#answers(parts)],
      }),
    };
  }

  #answers(parts: readonly Answers[]): WrittenColumn[] {
    const { labels, scores } = this.#names;
    return [
      ...labels.map(({ name, classes }, index) => labelColumn(name, classes, parts, { index, count: labels.length })),
      ...scores.map((name, index) => scoreColumn(name, parts, index)),
    ];
  }
}

function labelColumn(
  name: string,
  classes: readonly ClassLabel[],
  parts: readonly Answers[],
  { index, count }: { readonly index: number; readonly count: number },
): WrittenColumn {
  const [type, values] = labelValues(classes);
  const data = parts.flatMap(({ rows, labels }) =>
    Array.from({ length: rows }, (_, row) => values[labels?.[row * count + index] ?? -1] ?? null),
  );
  return { name, type, nullable: true, data };
}

/** Classes are of one kind: all texts, whole numbers, numbers, or booleans. */
function labelValues(classes: readonly ClassLabel[]): readonly ["bool" | "int64" | "float64" | "text", readonly unknown[]] {
  if (classes.every((label) => typeof label === "boolean")) return ["bool", classes];
  if (classes.every((label) => Number.isSafeInteger(label))) return ["int64", classes.map((label) => BigInt(label))];
  if (classes.every((label) => typeof label === "number")) return ["float64", classes];
  return ["text", classes.map(String)];
}

function scoreColumn(name: string, parts: readonly Answers[], index: number): WrittenColumn {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const isDouble = parts[0]?.scores instanceof Float64Array;
  const data = isDouble ? new Float64Array(rows) : new Float32Array(rows);
  let at = 0;
  for (const { scores, rows: count, width } of parts)
    for (let row = 0; row < count; row++) data[at++] = scores?.[row * width + index] ?? Number.NaN;
  return { name, type: isDouble ? "float64" : "float32", nullable: false, data };
}
