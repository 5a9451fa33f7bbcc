import { SetosaError } from "../../errors.ts";
import type { ManyRowsOptions, Model } from "../../models/model.ts";
import type { RunOptions } from "../../models/run-options.ts";
import type { RequestTimes } from "../../models/statistics.ts";
import { suggest } from "../../models/suggest.ts";
import { arrangeTensors } from "../../models/tensors/arrange-tensors.ts";
import type { Turns } from "../../models/turns.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { ProtocolContext } from "../context.ts";
import type { Answer, Answered, HttpRequest, PostHandler, Route } from "../exchange.ts";
import { requestPriority } from "../request-priority.ts";
import { largeBody, manyRows, takingTurns } from "../row-answers.ts";
import { bestClasses, labelsOf } from "./classification.ts";
import { type Answering, encodeResponse, encodeResponseInTurns } from "./encode.ts";
import type { InferOutput, InferRequest, RequestedOutput } from "./messages.ts";
import { checkInferRequest, isJsonAlone, readBody, readJsonInTurns } from "./request-body.ts";

/**
 * POST of inference, to be put at a path.
 * @param pick The model that answers a request; asked when its body is there
 * @param now The one that would be picked now
 */
export function inferHandlers({ limits, statistics }: ProtocolContext, pick: () => Model, now: Model): Pick<Route, "later" | "post"> {
  const { turns, jsonDepth } = limits;
  const answer = (request: HttpRequest, body: Uint8Array, options?: RunOptions): Answered => {
    const model = pick();
    const times = statistics?.of(model).begin();
    try {
      if (turns !== undefined && body.length > largeBody && isJsonAlone(request)) {
        const large: LargeRequest = { turns, run: timed(options, times), observers: model.observers };
        const read = async () => answerInTurns(prepare(model, await readJsonInTurns(body, jsonDepth, turns), limits.rows), large, times);
        return takingTurns(turns, read).catch((error: unknown) => fail(error, times));
      }
      const prepared = prepare(model, readBody(request, body, model, jsonDepth), limits.rows);
      if (turns !== undefined && prepared.count > manyRows) {
        const large: LargeRequest = { turns, run: timed(options, times), observers: model.observers };
        return takingTurns(turns, () => answerInTurns(prepared, large, times)).catch((error: unknown) => fail(error, times));
      }
      times?.decoded();
      const write = (outputs: readonly Tensor[]): Answer => {
        times?.inferred();
        const written = encodeResponse(prepared.answering, outputTensors(prepared, outputs));
        times?.answered(prepared.count);
        return written;
      };
      const answered = model.answerGraph(prepared.tensors, timed(options, times));
      return answered instanceof Promise ? answered.then(write).catch((error: unknown) => fail(error, times)) : write(answered);
    } catch (error) {
      return fail(error, times);
    }
  };
  return { later: !now.answersTensorsInline, post: { check: requestCheck(now), answer } };
}

/** A request that is understood, and what its model is asked. */
interface Prepared {
  readonly model: Model;
  readonly asked: InferRequest;
  readonly answering: Answering;
  readonly selected: readonly Selected[] | undefined;
  readonly tensors: readonly Tensor[];
  /** Rows, or one run of a model that has none. */
  readonly count: number;
}

/** @throws SetosaError TENSOR_INVALID, ROWS_TOO_MANY */
function prepare(model: Model, asked: InferRequest, mostRows: number): Prepared {
  const selected = selectOutputs(model, asked);
  const tensors = arrangeTensors(model.graph, model.signature, asked.inputs);
  checkRows(model, tensors, mostRows);
  const answering = { name: model.name, version: model.version, id: asked.id };
  return { model, asked, answering, selected, tensors, count: countInferences(model, tensors) };
}

interface LargeRequest extends ManyRowsOptions {
  readonly turns: Turns;
}

/** In turns that the caller has entered: see `takingTurns`. */
async function answerInTurns(prepared: Prepared, { turns, ...options }: LargeRequest, times: RequestTimes | undefined): Promise<Answer> {
  times?.decoded();
  const outputs = await prepared.model.answerManyInGraph(prepared.tensors, turns, options);
  times?.inferred();
  const written = await encodeResponseInTurns(prepared.answering, outputTensors(prepared, outputs), turns);
  times?.answered(prepared.count);
  return written;
}

/** Refuses before the body is read: what is neither JSON nor bytes, and what the model's queue would not take. */
function requestCheck({ engine: { queue } }: Model): PostHandler["check"] {
  if (queue === undefined) return checkInferRequest;
  return (request) => {
    checkInferRequest(request);
    queue.check(requestPriority(request));
  };
}

function fail(error: unknown, times: RequestTimes | undefined): never {
  times?.failed();
  throw error;
}

/** Without options nobody waits. */
function timed(options: RunOptions | undefined, times: RequestTimes | undefined): RunOptions | undefined {
  return options === undefined || times === undefined ? options : { ...options, began: () => times.began() };
}

/** @throws SetosaError ROWS_TOO_MANY */
function checkRows({ signature: { task } }: Model, [first]: readonly Tensor[], most: number): void {
  const rows = first?.shape[0] ?? 0;
  if (task.kind !== "tensors" && rows > most)
    throw new SetosaError("ROWS_TOO_MANY", `The request holds ${rows} rows, and at most ${most} are taken.`, {
      path: "inputs",
      hint: "Send fewer rows in one request, or start the server with a larger --max-rows.",
    });
}

/** Rows, or one run of a model that has none. */
function countInferences({ signature: { task } }: Model, [first]: readonly Tensor[]): number {
  return task.kind === "tensors" ? 1 : (first?.shape[0] ?? 0);
}

/** A request's output, and the graph's that it names. */
type Selected = readonly [asked: RequestedOutput, position: number];

/**
 * The outputs that are asked for, known before the model runs.
 * @throws SetosaError TENSOR_INVALID
 */
function selectOutputs({ graph }: Model, { outputs }: InferRequest): readonly Selected[] | undefined {
  return outputs?.map((asked) => {
    const position = graph.outputs.findIndex(({ name }) => name === asked.name);
    if (position >= 0) return [asked, position] as const;
    const names = graph.outputs.map(({ name }) => name);
    const meant = suggest(asked.name, names);
    throw new SetosaError("TENSOR_INVALID", `The model has no output ${JSON.stringify(asked.name.slice(0, 80))}.`, {
      path: `${asked.path}.name`,
      hint:
        meant === undefined
          ? `Its outputs are ${names.map((name) => JSON.stringify(name)).join(", ")}.`
          : `Did you mean ${JSON.stringify(meant)}?`,
    });
  });
}

function outputTensors({ model: { graph, signature }, asked: { binary }, selected }: Prepared, outputs: readonly Tensor[]): InferOutput[] {
  if (selected === undefined) return graph.outputs.map(({ name }, index) => ({ name, tensor: outputs[index] as Tensor, binary }));
  return selected.map(([asked, position]) => {
    const tensor = outputs[position] as Tensor;
    return {
      name: asked.name,
      tensor: asked.classes > 0 ? bestClasses(tensor, asked, labelsOf(signature, asked.name)) : tensor,
      binary: asked.binary ?? binary,
    };
  });
}
