import { SetosaError } from "../../errors.ts";
import type { Model } from "../../models/model.ts";
import type { RunOptions } from "../../models/run-options.ts";
import type { RequestTimes } from "../../models/statistics.ts";
import { suggest } from "../../models/suggest.ts";
import { arrangeTensors } from "../../models/tensors/arrange-tensors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { checkAllowed } from "../allowed-model.ts";
import type { ProtocolContext } from "../context.ts";
import type { Answer, Answered, HttpRequest } from "../exchange.ts";
import { requestPriority } from "../request-priority.ts";
import { manyRows, takingTurns } from "../row-answers.ts";
import { readInferRequest, readTensors } from "./decode.ts";
import { type ResponseParts, responseParts, writeInferResponse } from "./encode.ts";
import { reply } from "./method.ts";

export type Infer = (request: HttpRequest, body: Uint8Array, options: RunOptions | undefined) => Answered;

/**
 * Answers `ModelInfer`.
 * @param write Puts the response into what is answered
 */
export function createInfer({ models, limits, statistics }: ProtocolContext, write: (response: Uint8Array) => Uint8Array): Infer {
  const partsOf = new WeakMap<Model, Prepared>();
  const prepared = (model: Model): Prepared => {
    const known = partsOf.get(model);
    if (known !== undefined) return known;
    const made = { parts: responseParts(model), all: model.graph.outputs.map((_, position) => position) };
    partsOf.set(model, made);
    return made;
  };

  return (request, body, options) => {
    const asked = readInferRequest(body);
    checkAllowed(request, asked.modelName);
    const model = models.pick(asked.modelName, asked.modelVersion);
    const times = statistics?.of(model).begin();
    try {
      model.engine.queue?.check(requestPriority(request));
      const { parts, all } = prepared(model);
      const chosen = asked.outputs === undefined ? all : chooseOutputs(model, asked.outputs);
      const tensors = arrangeTensors(model.graph, model.signature, readTensors(asked));
      const rows = countRows(model, tensors, limits.rows);
      times?.decoded();
      const respond = (outputs: readonly Tensor[]): Answer => {
        times?.inferred();
        const answer = reply(write(writeInferResponse(parts, asked.id, outputs, chosen)));
        times?.answered(rows);
        return answer;
      };
      const timed = options === undefined || times === undefined ? options : { ...options, began: () => times.began() };
      const { turns } = limits;
      const answered =
        turns !== undefined && rows > manyRows
          ? takingTurns(turns, () => model.answerManyInGraph(tensors, turns, { run: timed }))
          : model.answerGraph(tensors, timed);
      return answered instanceof Promise ? answered.then(respond).catch((error: unknown) => failed(error, times)) : respond(answered);
    } catch (error) {
      return failed(error, times);
    }
  };
}

interface Prepared {
  readonly parts: ResponseParts;
  /** Positions of all outputs. */
  readonly all: readonly number[];
}

function failed(error: unknown, times: RequestTimes | undefined): never {
  times?.failed();
  throw error;
}

/** @throws SetosaError TENSOR_INVALID */
function chooseOutputs({ graph }: Model, names: readonly string[]): number[] {
  const known = graph.outputs.map(({ name }) => name);
  return names.map((name, index) => {
    const position = known.indexOf(name);
    if (position >= 0) return position;
    const meant = suggest(name, known);
    throw new SetosaError("TENSOR_INVALID", `The model has no output ${JSON.stringify(name.slice(0, 80))}.`, {
      path: `outputs[${index}].name`,
      hint: meant === undefined ? `Its outputs are ${known.join(", ")}.` : `Did you mean ${JSON.stringify(meant)}?`,
    });
  });
}

/**
 * Rows, or one run of a model that has none.
 * @throws SetosaError ROWS_TOO_MANY
 */
function countRows({ signature: { task } }: Model, [first]: readonly Tensor[], most: number): number {
  if (task.kind === "tensors") return 1;
  const rows = first?.shape[0] ?? 0;
  if (rows <= most) return rows;
  throw new SetosaError("ROWS_TOO_MANY", `The request holds ${rows} rows, and at most ${most} are taken.`, {
    path: "inputs",
    hint: "Send fewer rows in one request, or start the server with a larger --max-rows.",
  });
}
