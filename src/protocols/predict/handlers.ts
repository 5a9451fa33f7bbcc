import { SetosaError } from "../../errors.ts";
import type { Answers } from "../../models/answers.ts";
import type { ManyRowsOptions, Model, TensorsOptions } from "../../models/model.ts";
import type { RunOptions } from "../../models/run-options.ts";
import type { Turns } from "../../models/turns.ts";
import { prefersJson } from "../accept.ts";
import type { ProtocolLimits } from "../context.ts";
import type { Answer, Answered, HttpRequest, PostHandler, Route } from "../exchange.ts";
import { jsonHead, textHead } from "../exchange.ts";
import { parseJsonBody } from "../json-body.ts";
import { parseJsonRows } from "../json-rows.ts";
import { requestPriority } from "../request-priority.ts";
import { decodeRequest } from "./decode.ts";
import { createEncoder } from "./encode.ts";
import { encodeTensors } from "./encode-tensors.ts";
import type { PredictRequest } from "./messages.ts";
import { decodeQuery, featureLookup } from "./query.ts";
import { tableFormats } from "./tables/formats.ts";
import { createTables, type TableHandlers } from "./tables/stream.ts";

/** A body of more bytes, or a request of more rows, takes longer than others should wait for. */
const largeBody = 131_072;
const manyRows = 500;

/** Answers with whatever model is picked for the request. */
interface ModelHandlers {
  get?(request: HttpRequest, options?: RunOptions): Answered;
  post(body: Uint8Array, options?: RunOptions): Answered;
}

/** What predictions need of each model, made once and gone with it. */
export type HandlersOf = (model: Model) => ModelHandlers;

/** What all routes of predictions share. */
export interface Predictions {
  readonly handlersOf: HandlersOf;
  readonly tables: TableHandlers;
}

export function createPredictions(limits: ProtocolLimits): Predictions {
  return { handlersOf: createHandlers(limits), tables: createTables(limits) };
}

export function createHandlers(limits: ProtocolLimits): HandlersOf {
  const known = new WeakMap<Model, ModelHandlers>();
  return (model) => {
    const handlers = known.get(model);
    if (handlers !== undefined) return handlers;
    const made = model.signature.task.kind === "tensors" ? tensorHandlers(model, limits) : rowHandlers(model, limits);
    known.set(model, made);
    return made;
  };
}

/**
 * GET and POST of predictions, to be put at a path.
 * @param pick The model that answers a request; asked when its body is there
 * @param now The one that would be picked now
 */
export function predictHandlers({ handlersOf, tables }: Predictions, pick: () => Model, now: Model): Pick<Route, "later" | "get" | "post"> {
  const post: PostHandler = {
    check: requestCheck(now, tables, pick),
    answer: (_, body, options) => handlersOf(pick()).post(body, options),
  };
  const later = !now.answersInline;
  if (handlersOf(now).get === undefined) return { later, post };
  return { later, post, get: (request, options) => handlersOf(pick()).get?.(request, options) ?? missingGet(now) };
}

/** A model without GET took the place of one with it, and the routes are about to follow. */
function missingGet({ name }: Model): never {
  throw new SetosaError("METHOD_NOT_ALLOWED", `The model "${name}" takes tensors, which a query cannot hold.`, {
    hint: "Send them with POST.",
  });
}

function rowHandlers(model: Model, limits: ProtocolLimits): ModelHandlers {
  const { signature } = model;
  const encoder = createEncoder(model.name, model.version, signature);
  const lookup = featureLookup(signature);

  const json = (answers: Answers): Answer => ({ head: jsonHead, body: encoder.one(answers) });
  const list = (answers: Answers): Answer => ({ head: jsonHead, body: encoder.many(answers) });
  const text = (answers: Answers): Answer => ({ head: textHead, body: encoder.plain(answers) });

  const decode = (value: unknown) => decodeRequest(value, signature, limits.rows);
  const answer = (request: PredictRequest, options: RunOptions | undefined): Answered => {
    if (request.kind === "row") return andThen(model.answerRow(request.row, "", options), json);
    if (request.kind === "tensors") throw new SetosaError("INTERNAL", "A model of features was asked for tensors.");
    return andThen(model.answerRows(request.rows, request.path, options), list);
  };
  const answerLarge = async (request: PredictRequest, turns: Turns, options: ManyRowsOptions): Promise<Answer> => {
    if (request.kind !== "rows") return answer(request, options.run);
    const answers = await model.answerManyRows(request.rows, request.path, turns, options);
    return { head: jsonHead, body: await encoder.manyInTurns(answers, turns) };
  };

  const { turns } = limits;
  const post = (body: Uint8Array, options?: RunOptions): Answered => {
    if (turns !== undefined && body.length > largeBody) {
      const many = { run: options, observers: model.observers };
      return takingTurns(turns, async () => answerLarge(decode(await parseJsonRows(body, limits.jsonDepth, turns)), turns, many));
    }
    const request = decode(parseJsonBody(body, limits.jsonDepth));
    if (turns !== undefined && request.kind === "rows" && request.rows.length > manyRows)
      return takingTurns(turns, () => answerLarge(request, turns, { run: options }));
    return answer(request, options);
  };

  const get = (request: HttpRequest, options?: RunOptions): Answered => {
    const row = request.query === "" ? exampleRow(model) : decodeQuery(request.query, lookup);
    return andThen(model.answerRow(row, "", options), prefersJson(request) ? json : text);
  };
  return { get, post };
}

function tensorHandlers(model: Model, { jsonDepth, rows, turns }: ProtocolLimits): ModelHandlers {
  const { name, version, signature } = model;
  const answer = async (body: unknown, options: TensorsOptions): Promise<Answer> => {
    const request = decodeRequest(body, signature, rows);
    if (request.kind !== "tensors") throw new SetosaError("INTERNAL", "A model of tensors was asked for rows.");
    return { head: jsonHead, body: encodeTensors(name, version, await model.answerTensors(request.inputs, request.path, options)) };
  };
  return {
    post: async (body, run) => {
      if (turns === undefined || body.length <= largeBody) return answer(parseJsonBody(body, jsonDepth), { run });
      const { observers } = model;
      return takingTurns(turns, async () => answer(await parseJsonRows(body, jsonDepth, turns), { run, observers, turns }));
    },
  };
}

/** Refuses before the body is read: what is no JSON, and what the model's queue would not take. */
function requestCheck({ engine: { queue } }: Model, tables: TableHandlers, pick: () => Model): PostHandler["check"] {
  const check: PostHandler["check"] = (request) => {
    const formats = tableFormats(request);
    return formats === undefined ? undefined : tables(formats, pick);
  };
  if (queue === undefined) return check;
  return (request) => {
    const handler = check(request);
    queue.check(requestPriority(request));
    return handler;
  };
}

/** The model's own example, which it predicts anew for each request. */
function exampleRow({ name, signature }: Model): readonly unknown[] {
  if (signature.example !== undefined) return signature.example;
  throw new SetosaError("FEATURE_MISSING", `The model "${name}" has no example row, so its features have to be given.`, {
    path: "",
    hint: `Write them in the query: ?${signature.features.map((feature) => `${encodeURIComponent(feature.name)}=…`).join("&")}.`,
  });
}

async function takingTurns(turns: Turns, work: () => Promise<Answer>): Promise<Answer> {
  turns.enter();
  try {
    return await work();
  } finally {
    turns.leave();
  }
}

/** Without a promise where the engine answers in this thread. */
function andThen(answers: Answers | Promise<Answers>, write: (answers: Answers) => Answer): Answered {
  return answers instanceof Promise ? answers.then(write) : write(answers);
}
