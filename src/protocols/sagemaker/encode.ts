import type { Signature } from "../../graph/signature.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type Answer, type Head, jsonHead } from "../exchange.ts";
import { nestedText } from "../nested-text.ts";
import type { PredictMethod } from "../predict-method.ts";
import type { RowsForm } from "../row-answers.ts";
import { csvValues, jsonValues, rowText } from "../row-text.ts";
import type { Media } from "./messages.ts";

const csvHead: Head = { status: 200, headers: { "content-type": "text/csv; charset=utf-8" } };

export interface FormOptions {
  readonly method: PredictMethod;
  readonly accept: Media;
  /** A list alone, for a body that is one. */
  readonly bare: boolean;
}

/** Predictions as JSON, `{"predictions": [ … ]}` or a list alone, or as lines of CSV. */
export function rowsForms(signature: Signature): (options: FormOptions) => RowsForm {
  const known = new Map<string, RowsForm>();
  return ({ method, accept, bare }) => {
    const key = `${method} ${accept} ${bare}`;
    const form = known.get(key) ?? makeForm(signature, { method, accept, bare });
    known.set(key, form);
    return form;
  };
}

function makeForm(signature: Signature, { method, accept, bare }: FormOptions): RowsForm {
  if (accept === "text/csv")
    return { head: csvHead, opening: "", row: rowText(signature, method, csvValues), between: "\n", closing: "\n" };
  return {
    head: jsonHead,
    opening: bare ? "[" : '{"predictions":[',
    row: rowText(signature, method, jsonValues),
    between: ",",
    closing: bare ? "]" : "]}",
  };
}

export function tensorAnswer(outputs: ReadonlyMap<string, Tensor>): Answer {
  const fields = [...outputs].map(([name, tensor]) => `${JSON.stringify(name)}:${nestedText(tensor)}`);
  return { head: jsonHead, body: `{"predictions":{${fields.join(",")}}}` };
}

/** With the client's attributes, which SageMaker hands back only where the container does. */
export function withAttributes(head: Head, attributes: string | undefined): Head {
  if (attributes === undefined) return head;
  return { ...head, headers: { ...head.headers, "x-amzn-sagemaker-custom-attributes": attributes } };
}
