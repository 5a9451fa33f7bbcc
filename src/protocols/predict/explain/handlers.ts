import { SetosaError } from "../../../errors.ts";
import type { ModelExplainer } from "../../../models/explain/model-explainer.ts";
import type { Model } from "../../../models/model.ts";
import { Moments, type Turns } from "../../../models/turns.ts";
import type { ProtocolLimits } from "../../context.ts";
import { type Answer, jsonHead, type PostHandler } from "../../exchange.ts";
import { parseJsonBody } from "../../json-body.ts";
import { checkJsonRequest } from "../../json-request.ts";
import { decodeRequest } from "../decode.ts";
import { createEncoder } from "../encode.ts";
import { createExplanationEncoder } from "./encode.ts";

/** Rows of one request: an explanation takes as long as some hundred predictions. */
const mostRows = 1000;

/** How many rows one request may have. */
export function explainedRows({ rows }: Pick<ProtocolLimits, "rows">): number {
  return Math.min(rows, mostRows);
}

/** POST of rows to be explained, to be put at a path. */
export type Explanations = (pick: () => Model) => PostHandler;

export function createExplanations(limits: ProtocolLimits): Explanations {
  const encoders = new WeakMap<ModelExplainer, ReturnType<typeof encodersOf>>();
  const rowLimit = explainedRows(limits);
  const { turns } = limits;

  const answer = async (model: Model, body: Uint8Array): Promise<Answer> => {
    const request = decodeRequest(parseJsonBody(body, limits.jsonDepth), model.signature, rowLimit);
    if (request.kind === "tensors")
      throw new SetosaError("EXPLANATION_UNSUPPORTED", `The model "${model.name}" takes tensors and no features.`);
    const explainer = await model.explainer();
    const made = encoders.get(explainer) ?? encodersOf(model, explainer);
    encoders.set(explainer, made);
    const { predictions, explanations } = made;
    const isList = request.kind === "rows";
    const prepared = await (isList
      ? explainer.prepare(request.rows, { path: request.path, first: 0 })
      : explainer.prepare([request.row], { path: "", first: undefined }));
    const moments = turns === undefined ? undefined : new Moments(turns);
    const pause = moments === undefined ? undefined : () => moments.pause();
    const found = new Float64Array(explainer.labels.length * explainer.features.length);
    let text = explanations.opening;
    for (let row = 0; row < (isList ? request.rows.length : 1); row++) {
      await explainer.contributions(prepared, row, found, pause);
      const predicted = predictions.rows(prepared.answers, row, row + 1);
      text += `${row === 0 ? "" : ","}${predicted.slice(0, -1)}${explanations.contributions(found)}`;
    }
    return { head: jsonHead, body: text + explanations.closing };
  };

  return (pick) => ({
    check: checkJsonRequest,
    answer: (_, body) => {
      const model = pick();
      return model.during(() => takingTurns(turns, () => answer(model, body)));
    },
  });
}

function encodersOf(model: Model, explainer: ModelExplainer) {
  return {
    predictions: createEncoder(model.name, model.version, model.signature),
    explanations: createExplanationEncoder(model, explainer),
  };
}

/** However many explanations are asked for, the others wait for one moment of them. */
async function takingTurns(turns: Turns | undefined, work: () => Promise<Answer>): Promise<Answer> {
  turns?.enter();
  try {
    return await work();
  } finally {
    turns?.leave();
  }
}
