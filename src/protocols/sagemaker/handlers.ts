import { SetosaError } from "../../errors.ts";
import type { Model, TensorsOptions } from "../../models/model.ts";
import type { RunOptions } from "../../models/run-options.ts";
import type { Turns } from "../../models/turns.ts";
import type { ProtocolLimits } from "../context.ts";
import { readCsv, readCsvInTurns } from "../csv-rows.ts";
import type { Answer, Answered, HttpRequest, PostHandler } from "../exchange.ts";
import { parseNonFiniteJson, replaceNonFinite } from "../json-non-finite.ts";
import { parseJsonRows } from "../json-rows.ts";
import { checkQueue } from "../queue-check.ts";
import { answerManyRows, answerRows, largeBody, type RowsRequest, takingTurns } from "../row-answers.ts";
import { attributesMethod, decodeJson, givenMedia, wishesOf } from "./decode.ts";
import { rowsForms, tensorAnswer, withAttributes } from "./encode.ts";
import type { GivenMedia, Media, SageMakerRows, Wishes } from "./messages.ts";

type Decoded = ReturnType<typeof decodeJson>;
type Invoke = (request: HttpRequest, body: Uint8Array, run?: RunOptions) => Answered;

export interface InvokerOptions {
  readonly limits: ProtocolLimits;
  /** What is answered where a request has no preference. */
  readonly accept: Media;
}

/** POST of a body of rows, to be put at a path. */
export type PostOf = (pick: () => Model, now: Model) => PostHandler;

/** What invocations need of each model, made once and gone with it. */
export function createPosts(options: InvokerOptions): PostOf {
  const known = new WeakMap<Model, Invoke>();
  const invokerOf = (model: Model): Invoke => {
    const invoke = known.get(model) ?? createInvoke(model, options);
    known.set(model, invoke);
    return invoke;
  };
  return (pick, now) => ({
    check: (request) => {
      givenMedia(request);
      wishesOf(request, options.accept);
      checkQueue(now, request);
    },
    answer: (request, body, run) => invokerOf(pick())(request, body, run),
  });
}

function createInvoke(model: Model, { limits: { jsonDepth, rows: mostRows, turns }, accept }: InvokerOptions): Invoke {
  const { signature } = model;
  const formOf = rowsForms(signature);

  const csvOptions = ({ header }: GivenMedia) => ({ header, mostRows, extraColumns: "ignore" }) as const;
  const csvRows = (rows: readonly unknown[]): Decoded => ({ rows, path: "", method: undefined, bare: false });
  const read = (given: GivenMedia, body: Uint8Array): Decoded =>
    given.media === "text/csv"
      ? csvRows(readCsv(body, signature.features, csvOptions(given)))
      : decodeJson(parseNonFiniteJson(body, jsonDepth), signature, mostRows);
  const readInTurns = async (given: GivenMedia, body: Uint8Array, large: Turns): Promise<Decoded> =>
    given.media === "text/csv"
      ? csvRows(await readCsvInTurns(body, signature.features, csvOptions(given), large))
      : decodeJson(await parseJsonRows(body, jsonDepth, large, replaceNonFinite), signature, mostRows);

  const rowsRequest = ({ rows, path, reordered, method, bare }: SageMakerRows, wishes: Wishes): RowsRequest => {
    const asked = attributesMethod(wishes.attributes, signature) ?? method ?? "predict";
    const form = formOf({ method: asked, accept: wishes.accept, bare });
    return { rows, path, reordered, form: { ...form, head: withAttributes(form.head, wishes.attributes) } };
  };
  const tensors = async (
    inputs: unknown,
    path: string,
    { accept: wanted, attributes }: Wishes,
    options: TensorsOptions,
  ): Promise<Answer> => {
    if (wanted === "text/csv")
      throw new SetosaError("CONTENT_TYPE_UNSUPPORTED", "The model answers tensors, which CSV cannot hold.", {
        path: "Accept",
        hint: "Accept application/json.",
      });
    const answer = tensorAnswer(await model.answerTensors(inputs, path, options));
    return { ...answer, head: withAttributes(answer.head, attributes) };
  };

  return (request, body, run) => {
    const given = givenMedia(request);
    const wishes = wishesOf(request, accept);
    if (turns !== undefined && body.length > largeBody) {
      const options = { run, observers: model.observers };
      return takingTurns(turns, async () => {
        const decoded = await readInTurns(given, body, turns);
        if ("kind" in decoded) return tensors(decoded.inputs, decoded.path, wishes, { ...options, turns });
        return answerManyRows(model, rowsRequest(decoded, wishes), turns, options);
      });
    }
    const decoded = read(given, body);
    if ("kind" in decoded) return tensors(decoded.inputs, decoded.path, wishes, { run });
    return answerRows(model, rowsRequest(decoded, wishes), { turns, run });
  };
}
