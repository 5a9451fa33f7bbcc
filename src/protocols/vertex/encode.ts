import type { Signature } from "../../graph/signature.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type Answer, jsonHead } from "../exchange.ts";
import { nestedText } from "../nested-text.ts";
import type { PredictMethod } from "../predict-method.ts";
import type { RowsForm } from "../row-answers.ts";
import { jsonValues, rowText } from "../row-text.ts";

/** `{"predictions": [ … ]}`, one for each instance; Vertex AI itself adds which deployed model it was. */
export function vertexForms(signature: Signature): (method: PredictMethod) => RowsForm {
  const known = new Map<PredictMethod, RowsForm>();
  return (method) => {
    const form = known.get(method) ?? {
      head: jsonHead,
      opening: '{"predictions":[',
      row: rowText(signature, method, jsonValues),
      between: ",",
      closing: "]}",
    };
    known.set(method, form);
    return form;
  };
}

/** By output, or where there is only one its values, of which each instance has one. */
export function vertexTensors(outputs: ReadonlyMap<string, Tensor>): Answer {
  const texts = [...outputs].map(([name, tensor]) => [JSON.stringify(name), nestedText(tensor)] as const);
  const [only] = texts;
  const predictions = only !== undefined && texts.length === 1 ? only[1] : `{${texts.map(([name, text]) => `${name}:${text}`).join(",")}}`;
  return { head: jsonHead, body: `{"predictions":${predictions}}` };
}
