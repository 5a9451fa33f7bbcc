import type { Model } from "../../models/model.ts";
import type { RunOptions } from "../../models/run-options.ts";
import type { ProtocolLimits } from "../context.ts";
import type { Answered } from "../exchange.ts";
import { parseJsonBody } from "../json-body.ts";
import { parseJsonRows } from "../json-rows.ts";
import { answerManyRows, answerRows, largeBody, takingTurns } from "../row-answers.ts";
import { decodeVertex } from "./decode.ts";
import { vertexForms, vertexTensors } from "./encode.ts";

type Predict = (body: Uint8Array, run?: RunOptions) => Answered;

/** What predictions need of each model, made once and gone with it. */
export function createPredictors(limits: ProtocolLimits): (model: Model) => Predict {
  const known = new WeakMap<Model, Predict>();
  return (model) => {
    const predict = known.get(model) ?? createPredict(model, limits);
    known.set(model, predict);
    return predict;
  };
}

function createPredict(model: Model, { jsonDepth, rows: mostRows, turns }: ProtocolLimits): Predict {
  const { signature } = model;
  const forms = vertexForms(signature);
  return (body, run) => {
    if (turns !== undefined && body.length > largeBody) {
      const options = { run, observers: model.observers };
      return takingTurns(turns, async () => {
        const { input, method } = decodeVertex(await parseJsonRows(body, jsonDepth, turns), signature, mostRows);
        if (input.kind === "tensors") return vertexTensors(await model.answerTensors(input.inputs, input.path, { ...options, turns }));
        return answerManyRows(model, { ...input, form: forms(method) }, turns, options);
      });
    }
    const { input, method } = decodeVertex(parseJsonBody(body, jsonDepth), signature, mostRows);
    if (input.kind === "tensors") return model.answerTensors(input.inputs, input.path, { run }).then(vertexTensors);
    return answerRows(model, { ...input, form: forms(method) }, { turns, run });
  };
}
