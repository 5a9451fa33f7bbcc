import { SetosaError } from "../../errors.ts";
import type { Model } from "../../models/model.ts";
import type { ServedModels } from "../../models/served-models.ts";
import type { ProtocolContext } from "../context.ts";
import { type Answer, type HttpRequest, jsonHead, type PostHandler, type Protocol, type Route } from "../exchange.ts";
import { checkPlainBody } from "../json-request.ts";
import { checkQueue } from "../queue-check.ts";
import { describeExplain, describeList, describeMetadata, describeStatus, describeVerb, type NamedBy } from "./describe.ts";
import { errorForm } from "./errors.ts";
import { answersLater, createHandlers, type HandlersOf, type VerbName } from "./handlers.ts";
import { modelMetadata } from "./metadata.ts";
import { labelsOf, type ModelPath, parsePath, versionOf } from "./paths.ts";
import { modelStatus } from "./status.ts";
import { classification, regression } from "./verbs.ts";

const protocol = "tf-serving";

/** TensorFlow Serving's REST API, which KServe's data plane v1 comes from and is served with it. */
export function tfServingProtocol({ models, limits }: ProtocolContext): Protocol {
  const handlersOf = createHandlers(limits);
  return {
    get routes() {
      return libraryRoutes(models, handlersOf);
    },
    resolve: (path) => resolve(path, models, handlersOf),
    get resolvable() {
      return resolvable(models).flatMap((path) => resolve(path, models, handlersOf) ?? []);
    },
    explain: (path) => explain(path, models),
    errors: errorForm,
  };
}

interface Place {
  readonly models: ServedModels;
  readonly handlersOf: HandlersOf;
  readonly name: string;
  /** Undefined where the one that answers now is meant. */
  readonly version?: string | undefined;
  /** By which the path names the version. */
  readonly label?: string | undefined;
}

/** Those that clients ask most, to be found by their path at once; the others are resolved. */
function libraryRoutes(models: ServedModels, handlersOf: HandlersOf): Route[] {
  const { library } = models;
  const list: Route = {
    path: "/v1/models",
    summary: "The models' names.",
    protocol,
    later: false,
    get: always({ models: library.names }),
    describe: describeList,
  };
  const named = library.names.flatMap((name) => {
    const place: Place = { models, handlersOf, name };
    const base = `/v1/models/${name}`;
    const now = library.get(name);
    return [
      statusRoute(base, place),
      metadataRoute(`${base}/metadata`, place),
      verbRoute(`${base}:predict`, place, "predict"),
      ...(classification(now) === undefined ? [] : [verbRoute(`${base}:classify`, place, "classify")]),
      ...(regression(now) === undefined ? [] : [verbRoute(`${base}:regress`, place, "regress")]),
    ];
  });
  const numbered = library.list.map(({ name, version }) =>
    verbRoute(`/v1/models/${name}/versions/${version}:predict`, { models, handlersOf, name, version }, "predict"),
  );
  return [list, ...named, ...numbered];
}

/** Paths that are no routes of their own, of everything that is loaded. */
function resolvable(models: ServedModels): string[] {
  const { library } = models;
  const verbsOf = (model: Model) => [
    ":predict",
    ...(classification(model) === undefined ? [] : [":classify"]),
    ...(regression(model) === undefined ? [] : [":regress"]),
    ":explain",
  ];
  return library.names.flatMap((name) => {
    const base = `/v1/models/${name}`;
    const labelled = labelsOf(models, name).flatMap(({ label, version }) =>
      ["", "/metadata", ...verbsOf(library.get(name, version))].map((rest) => `${base}/labels/${label}${rest}`),
    );
    const numbered = library
      .versions(name)
      .flatMap((model) =>
        ["", "/metadata", ...verbsOf(model).filter((verb) => verb !== ":predict")].map(
          (rest) => `${base}/versions/${model.version}${rest}`,
        ),
      );
    return [`${base}:explain`, ...numbered, ...labelled];
  });
}

function resolve(path: string, models: ServedModels, handlersOf: HandlersOf): Route | undefined {
  const parsed = parsePath(path);
  if (parsed === undefined) return undefined;
  const { name, rest } = parsed;
  try {
    const place: Place = { models, handlersOf, name, version: versionOf(models, parsed), label: parsed.label };
    // Of what could not be loaded there is a status, and nothing else.
    if (rest === "") return modelStatus(models, name, place.version) === undefined ? undefined : statusRoute(path, place);
    models.library.get(name, place.version);
    if (rest === "metadata") return metadataRoute(path, place);
    return rest === ":explain" ? explainRoute(path, place) : verbRoute(path, place, rest.slice(1) as VerbName);
  } catch (error) {
    // What it is is said by `explain`, where somebody asks.
    if (error instanceof SetosaError) return undefined;
    throw error;
  }
}

/** Why a path of the protocol is no route. The first words are TensorFlow Serving's, which clients look for. */
function explain(path: string, models: ServedModels): SetosaError | undefined {
  const parsed = parsePath(path);
  if (parsed === undefined) return undefined;
  try {
    models.library.get(parsed.name, versionOf(models, parsed));
    return undefined;
  } catch (error) {
    if (!(error instanceof SetosaError)) throw error;
    if (error.code !== "MODEL_NOT_FOUND" && error.code !== "MODEL_VERSION_NOT_FOUND") return error;
    return new SetosaError(error.code, `${unfound(parsed)}. ${error.message}`, error.hint === undefined ? {} : { hint: error.hint });
  }
}

function unfound({ name, version, rest }: ModelPath): string {
  const shown = name.slice(0, 80);
  if (rest === "") return `Could not find ${version === undefined ? "any versions" : `version ${version.slice(0, 80)}`} of model ${shown}`;
  return `Servable not found for request: ${version === undefined ? `Latest(${shown})` : `Specific(${shown}, ${version.slice(0, 80)})`}`;
}

/** What a path of the document would be: the route knows the version that a label stands for. */
function namedBy({ name, version, label }: Place): NamedBy {
  return { model: name, ...(label === undefined ? { version } : { label }) };
}

function statusRoute(path: string, place: Place): Route {
  const { models, name, version } = place;
  const answer = json(modelStatus(models, name, version));
  return {
    ...about(path, name, version),
    summary: `Whether ${name} answers, by version.`,
    get: () => answer,
    describe: (using) => describeStatus(namedBy(place), using),
  };
}

function metadataRoute(path: string, place: Place): Route {
  const { models, name, version } = place;
  const model = models.library.get(name, version);
  let answer: Answer | undefined;
  const get = (): Answer => {
    answer ??= json(modelMetadata(model));
    return answer;
  };
  return {
    ...about(path, name, version),
    summary: `Inputs and outputs of ${name} ${model.version}, by signature.`,
    get,
    describe: (using) => describeMetadata(namedBy(place), using),
  };
}

function verbRoute(path: string, place: Place, verb: VerbName): Route {
  const { models, handlersOf, name, version } = place;
  const now = models.library.get(name, version);
  const post: PostHandler = {
    check: requestCheck(now),
    answer: (_, body, options) => handlersOf(models.pick(name, version))[verb](body, options),
  };
  const later = answersLater(now);
  return {
    ...about(path, name, version),
    summary: `${verb} of ${name} ${now.version}.`,
    later,
    post,
    describe: (using) => describeVerb(verb, { ...namedBy(place), of: now, later }, using),
  };
}

/** KServe's servers answer so where a model has no explainer. */
function explainRoute(path: string, place: Place): Route {
  const { name, version } = place;
  const refuse = (): never => {
    throw new SetosaError("OPERATION_NOT_IMPLEMENTED", `The model "${name}" has no explainer.`, { hint: "Ask it with :predict." });
  };
  return {
    ...about(path, name, version),
    summary: "Not implemented.",
    post: { check: refuse, answer: refuse },
    describe: () => describeExplain(namedBy(place)),
  };
}

function about(path: string, name: string, version: string | undefined): Omit<Route, "summary" | "describe"> {
  return { path, protocol, model: name, ...(version === undefined ? {} : { version }), later: false };
}

/** Bodies are JSON whatever their type says, as in TensorFlow Serving, whose users send them with a bare `curl -d`. */
function requestCheck(model: Model): (request: HttpRequest) => void {
  return (request) => {
    checkPlainBody(request);
    checkQueue(model, request);
  };
}

function json(value: unknown): Answer {
  return { head: jsonHead, body: `${JSON.stringify(value)}\n` };
}

function always(value: unknown): () => Answer {
  const answer = json(value);
  return () => answer;
}
