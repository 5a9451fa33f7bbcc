import { SetosaError } from "../../errors.ts";
import type { Model } from "../../models/model.ts";
import type { RunOptions } from "../../models/run-options.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { ProtocolLimits } from "../context.ts";
import { type Answer, type Answered, jsonHead } from "../exchange.ts";
import { parseNonFiniteJson, replaceNonFinite } from "../json-non-finite.ts";
import { parseJsonRows } from "../json-rows.ts";
import { answerManyRows, answerRows, largeBody, type RowsForm, type RowsRequest, takingTurns } from "../row-answers.ts";
import { columnRows } from "./columns.ts";
import { decodeExamples, decodePredict } from "./decode.ts";
import { columnsText, listForm, objectText } from "./encode.ts";
import { tensorsText } from "./encode-tensors.ts";
import { exampleRows } from "./examples.ts";
import type { PredictRequest } from "./messages.ts";
import { rowForms } from "./rows.ts";
import { findSignature, type OutputForm, rowSignatures } from "./signatures.ts";
import { readTensors } from "./tensors.ts";
import { checkVerb, classification, regression, type Verb } from "./verbs.ts";

export const verbs = ["predict", "classify", "regress"] as const;
export type VerbName = (typeof verbs)[number];

type Handler = (body: Uint8Array, options?: RunOptions) => Answered;
type ModelHandlers = Readonly<Record<VerbName, Handler>>;

/** What a model answers with, made once and gone with it. */
export type HandlersOf = (model: Model) => ModelHandlers;

export function createHandlers(limits: ProtocolLimits): HandlersOf {
  const known = new WeakMap<Model, ModelHandlers>();
  return (model) => {
    const handlers = known.get(model);
    if (handlers !== undefined) return handlers;
    const predict = model.signature.task.kind === "tensors" ? tensorsHandler(model, limits) : predictHandler(model, limits);
    const made: ModelHandlers = {
      predict,
      classify: examplesHandler(model, limits, "classify", classification(model)),
      regress: examplesHandler(model, limits, "regress", regression(model)),
    };
    known.set(model, made);
    return made;
  };
}

/** A request, once its rows are known; `columns` where several outputs are answered by columns. */
interface ReadRequest extends RowsRequest {
  readonly columns?: readonly OutputForm[] | undefined;
}

function predictHandler(model: Model, limits: ProtocolLimits): Handler {
  const { signature } = model;
  const signatures = rowSignatures(model);
  const forms = rowForms(model.graph, signature, limits.rows);
  const written = new Map([...signatures].map(([name, outputs]) => [name, { outputs, ...formsOf(outputs) }]));
  const read = (body: unknown): ReadRequest => {
    const request = decodePredict(body, limits.rows);
    const { outputs, byRows, byColumns } = findSignature(written, request.signature);
    const { format, value } = request;
    if (format === "instances") return { rows: forms.instances(value as readonly unknown[], format), path: format, form: byRows };
    return { rows: inputRows(value), path: format, form: byColumns, columns: outputs.length > 1 ? outputs : undefined };
  };
  const inputRows = (value: unknown): readonly unknown[] => {
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return columnRows(value as Record<string, unknown>, signature, limits.rows);
    // One input alone has the same form as rows do.
    return forms.instances(
      decodePredict({ instances: Array.isArray(value) ? value : [value] }, limits.rows).value as readonly unknown[],
      "inputs",
    );
  };
  return rowsHandler(model, limits, read);
}

function formsOf(outputs: readonly OutputForm[]): { readonly byRows: RowsForm; readonly byColumns: RowsForm } {
  const row = objectText(outputs);
  return { byRows: listForm("predictions", row), byColumns: listForm("outputs", row) };
}

function examplesHandler(model: Model, limits: ProtocolLimits, name: "classify" | "regress", verb: Verb | undefined): Handler {
  const form = verb === undefined ? undefined : listForm("results", verb.text);
  return rowsHandler(model, limits, (body) => {
    const request = decodeExamples(body, limits.rows);
    checkVerb(verb, name, model.name, request.signature);
    if (form === undefined) throw new SetosaError("INTERNAL", `A model that does not ${name} was asked to.`);
    return { rows: exampleRows(request), path: "examples", form };
  });
}

function rowsHandler(model: Model, { jsonDepth, turns }: ProtocolLimits, read: (body: unknown) => ReadRequest): Handler {
  return (body, run) => {
    if (turns !== undefined && body.length > largeBody) {
      const { observers } = model;
      return takingTurns(turns, async () => {
        const request = read(await parseJsonRows(body, jsonDepth, turns, replaceNonFinite));
        if (request.columns === undefined) return answerManyRows(model, request, turns, { run, observers });
        return columnsAnswer(request.columns, await model.answerManyRows(request.rows, request.path, turns, { run, observers }));
      });
    }
    const request = read(parseNonFiniteJson(body, jsonDepth));
    const { columns, rows, path } = request;
    if (columns === undefined) return answerRows(model, request, { turns, run });
    const answers = model.answerRows(rows, path, run);
    return answers instanceof Promise ? answers.then((later) => columnsAnswer(columns, later)) : columnsAnswer(columns, answers);
  };
}

function columnsAnswer(columns: readonly OutputForm[], answers: Parameters<typeof columnsText>[1]): Answer {
  return { head: jsonHead, body: columnsText(columns, answers) };
}

/** A model whose inputs are the graph's own tensors has one signature. */
function tensorsHandler(model: Model, { jsonDepth, rows, turns }: ProtocolLimits): Handler {
  const { graph } = model;
  const signatures = new Map([["serving_default", graph.outputs]]);
  const read = (body: unknown): PredictRequest => {
    const request = decodePredict(body, rows);
    findSignature(signatures, request.signature);
    return request;
  };
  return (body, run) => {
    const answer = (outputs: readonly Tensor[], { format }: PredictRequest): Answer => ({
      head: jsonHead,
      body: tensorsText(graph.outputs, outputs, format),
    });
    if (turns !== undefined && body.length > largeBody) {
      const { observers } = model;
      return takingTurns(turns, async () => {
        const request = read(await parseJsonRows(body, jsonDepth, turns, replaceNonFinite));
        return answer(await model.answerManyInGraph(readTensors(graph, request), turns, { run, observers }), request);
      });
    }
    const request = read(parseNonFiniteJson(body, jsonDepth));
    const outputs = model.answerGraph(readTensors(graph, request), run);
    return outputs instanceof Promise ? outputs.then((later) => answer(later, request)) : answer(outputs, request);
  };
}

/** Whether a request is answered by an engine that does so later. */
export function answersLater(model: Model): boolean {
  return model.signature.task.kind === "tensors" ? !model.answersTensorsInline : !model.answersInline;
}
