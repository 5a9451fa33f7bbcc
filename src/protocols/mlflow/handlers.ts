import type { Model } from "../../models/model.ts";
import type { RunOptions } from "../../models/run-options.ts";
import type { Turns } from "../../models/turns.ts";
import type { ProtocolLimits } from "../context.ts";
import { readCsv, readCsvInTurns } from "../csv-rows.ts";
import type { Answered } from "../exchange.ts";
import { parseNonFiniteJson, replaceNonFinite } from "../json-non-finite.ts";
import { parseJsonRows } from "../json-rows.ts";
import { answerManyRows, answerRows, largeBody, takingTurns } from "../row-answers.ts";
import { csvInvocation, decodeInvocation } from "./decode.ts";
import { predictionForms, tensorPredictions } from "./encode.ts";
import type { Invocation, InvocationMedia } from "./messages.ts";

/** Answers a body of `/invocations` with a model. */
export type Invoke = (media: InvocationMedia, body: Uint8Array, run?: RunOptions) => Answered;

/** What invocations need of each model, made once and gone with it. */
export function createInvokers(limits: ProtocolLimits): (model: Model) => Invoke {
  const known = new WeakMap<Model, Invoke>();
  return (model) => {
    const invoke = known.get(model) ?? createInvoke(model, limits);
    known.set(model, invoke);
    return invoke;
  };
}

function createInvoke(model: Model, { jsonDepth, rows: mostRows, turns }: ProtocolLimits): Invoke {
  const { signature } = model;
  const forms = predictionForms(signature);
  const csv = { header: true, mostRows, extraColumns: "ignore" } as const;

  const read = (media: InvocationMedia, body: Uint8Array): Invocation =>
    media === "text/csv"
      ? csvInvocation(readCsv(body, signature.features, csv))
      : decodeInvocation(parseNonFiniteJson(body, jsonDepth), signature, mostRows);
  const readInTurns = async (media: InvocationMedia, body: Uint8Array, large: Turns): Promise<Invocation> =>
    media === "text/csv"
      ? csvInvocation(await readCsvInTurns(body, signature.features, csv, large))
      : decodeInvocation(await parseJsonRows(body, jsonDepth, large, replaceNonFinite), signature, mostRows);

  return (media, body, run) => {
    if (turns !== undefined && body.length > largeBody) {
      const options = { run, observers: model.observers };
      return takingTurns(turns, async () => {
        const { input, method } = await readInTurns(media, body, turns);
        if (input.kind === "tensors") return tensorPredictions(await model.answerTensors(input.inputs, input.path, { ...options, turns }));
        return answerManyRows(model, { ...input, form: forms(method) }, turns, options);
      });
    }
    const { input, method } = read(media, body);
    if (input.kind === "tensors") return model.answerTensors(input.inputs, input.path, { run }).then(tensorPredictions);
    return answerRows(model, { ...input, form: forms(method) }, { turns, run });
  };
}
