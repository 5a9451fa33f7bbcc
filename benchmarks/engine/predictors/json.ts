import type { Model } from "../../../src/models/model.ts";
import { createHandlers } from "../../../src/protocols/predict/handlers.ts";
import type { InProcess } from "./in-process.ts";
import type { Rows } from "./rows.ts";

/** Wider rows would be megabytes of text, which nobody posts row by row. */
const mostFeatures = 100;

/** From a request's body to the answer's, as the server's `/predict` goes, without a socket. */
export function jsonForm(model: Model, { objects, count }: Rows): InProcess | undefined {
  const { post } = createHandlers({ jsonDepth: 32, rows: 10_000 })(model);
  if (objects.length === 0 || model.signature.features.length > mostFeatures) return undefined;
  const encoder = new TextEncoder();
  const bodies = objects.map((object) => encoder.encode(JSON.stringify(object)));
  const text = (row: number): string => {
    const answer = post(bodies[row] as Uint8Array);
    if (answer instanceof Promise) throw new Error("The model does not answer at once.");
    return answer.body as string;
  };
  return {
    one: (calls, from) => {
      let sum = 0;
      for (let call = 0, row = from; call < calls; call++, row = row + 1 === count ? 0 : row + 1) sum += text(row).length;
      return sum;
    },
    many: undefined,
    scores: (row) => {
      const { prediction, probabilities, scores } = JSON.parse(text(row ?? 0)) as {
        prediction: number;
        probabilities?: Record<string, number>;
        scores?: Record<string, number>;
      };
      return probabilities === undefined && scores === undefined ? [prediction] : Object.values(probabilities ?? scores ?? {});
    },
  };
}
