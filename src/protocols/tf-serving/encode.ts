import type { ClassLabel } from "../../graph/signature.ts";
import type { Answers } from "../../models/answers.ts";
import { jsonHead } from "../exchange.ts";
import type { RowsForm } from "../row-answers.ts";
import type { RowText } from "../row-text.ts";
import { decimalText, decimalText32 } from "./decimal-text.ts";

/** `{"predictions":[…]}` and the like: one element for each row. */
export function listForm(key: "predictions" | "outputs" | "results", row: RowText): RowsForm {
  return { head: jsonHead, opening: `{"${key}":[`, row, between: ",", closing: "]}\n" };
}

/** Several outputs of a row as an object. */
export function objectText(outputs: readonly { readonly name: string; readonly text: RowText }[]): RowText {
  const [only] = outputs;
  if (only !== undefined && outputs.length === 1) return only.text;
  const keys = outputs.map(({ name }, index) => `${index === 0 ? "{" : ","}${JSON.stringify(name)}:`);
  return (answers, row) => `${outputs.map(({ text }, index) => keys[index] + text(answers, row)).join("")}}`;
}

/** Several outputs by columns: an object with a list for each. */
export function columnsText(outputs: readonly { readonly name: string; readonly text: RowText }[], answers: Answers): string {
  const columns = outputs.map(({ name, text }) => {
    let list = "";
    for (let row = 0; row < answers.rows; row++) list += row === 0 ? text(answers, row) : `,${text(answers, row)}`;
    return `${JSON.stringify(name)}:[${list}]`;
  });
  return `{"outputs":{${columns.join(",")}}}\n`;
}

export const valueText: RowText = (answers, row) => scoreText(answers, row * answers.width);

/** The label, or a list of them where a row has several. */
export function labelText(classes: readonly (readonly ClassLabel[])[], several: boolean): RowText {
  const texts = classes.map((labels) => labels.map((label) => JSON.stringify(label)));
  const [only = []] = texts;
  if (!several) return ({ labels }, row) => only[labels?.[row] ?? -1] ?? "null";
  const count = texts.length;
  return ({ labels }, row) => `[${texts.map((own, index) => own[labels?.[row * count + index] ?? -1] ?? "null").join(",")}]`;
}

/** All scores as a list; a list for each label where a row has several. */
export function scoresText(widths: readonly number[], several = false): RowText {
  let columns = 0;
  const lists = widths.map((width): RowText => {
    const from = columns;
    columns += width;
    return (answers, row) => {
      const start = row * answers.width + from;
      let text = "[";
      for (let index = 0; index < width; index++) text += index === 0 ? scoreText(answers, start) : `,${scoreText(answers, start + index)}`;
      return `${text}]`;
    };
  });
  const [only] = lists;
  if (only !== undefined && !several) return only;
  return (answers, row) => `[${lists.map((list) => list(answers, row)).join(",")}]`;
}

/** `[["left",0.2],["right",0.8]]`: every class with its score; the label alone, with the score 1, where the model has none. */
export function classesText(classes: readonly ClassLabel[], scored: boolean): RowText {
  const keys = classes.map((label) => `[${JSON.stringify(String(label))},`);
  if (!scored) return ({ labels }, row) => `[${keys[labels?.[row] ?? -1] ?? '["",'}1.0]]`;
  return (answers, row) => {
    const start = row * answers.width;
    let text = "[";
    for (let index = 0; index < keys.length; index++)
      text += `${index === 0 ? "" : ","}${keys[index]}${scoreText(answers, start + index)}]`;
    return `${text}]`;
  };
}

function scoreText({ scores }: Answers, index: number): string {
  const value = scores?.[index] ?? Number.NaN;
  return scores instanceof Float32Array ? decimalText32(value) : decimalText(value);
}
