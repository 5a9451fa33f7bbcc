import { SetosaError } from "../../errors.ts";
import { describeModel } from "../../models/describe.ts";
import type { LoadFailure, ModelLibrary } from "../../models/library.ts";
import type { Model } from "../../models/model.ts";
import { type ServedModels, type TrafficPart, trafficParts } from "../../models/served-models.ts";
import type { ProtocolContext } from "../context.ts";
import { type Answer, jsonHead, type Protocol, type Route } from "../exchange.ts";
import { type DescribedRoute, describeDescription, describeModels, describePredictions } from "./describe.ts";
import { describeExplanations } from "./explain/describe.ts";
import { createExplanations, type Explanations, explainedRows } from "./explain/handlers.ts";
import { createPredictions, type Predictions, predictHandlers } from "./handlers.ts";

const protocol = "predict";

/** Setosa's own protocol: `/predict`, and every model under `/models`. */
export function predictProtocol({ models, limits }: ProtocolContext): Protocol {
  const predictions = createPredictions(limits);
  const explanations = createExplanations(limits);
  return {
    get routes() {
      return libraryRoutes({ models, predictions, explanations, rows: limits.rows });
    },
    explain: (path) => explain(path, models),
  };
}

type Shared = Pick<ModelRouteOptions, "models" | "predictions" | "explanations" | "rows">;

function libraryRoutes(shared: Shared): Route[] {
  const { models } = shared;
  const { library } = models;
  const named = library.names.flatMap((name) => modelRoutes({ ...shared, path: `/models/${name}`, name }));
  const numbered = library.list.flatMap(({ name, version }) =>
    modelRoutes({ ...shared, path: `/models/${name}/versions/${version}`, name, version }),
  );
  return [
    ...(library.default === undefined ? [] : [predictRoute({ ...shared, path: "/predict" })]),
    {
      path: "/models",
      summary: "The models.",
      protocol,
      later: false,
      get: always(
        json({ models: [...library.list.map((model) => summary(model, models)), ...library.failures.filter(isAlone).map(failed)] }),
      ),
      describe: describeModels,
    },
    ...named,
    ...numbered,
  ];
}

interface RouteOptions {
  readonly path: string;
  readonly models: ServedModels;
  readonly predictions: Predictions;
  /** In one request. */
  readonly rows: number;
  readonly name?: string;
  readonly version?: string;
}

interface ModelRouteOptions extends RouteOptions {
  readonly name: string;
  readonly explanations: Explanations;
}

function modelRoutes(options: ModelRouteOptions): Route[] {
  const { path, models, explanations, name, version } = options;
  const { library } = models;
  const model = library.get(name, version);
  const description = {
    ...describeModel(model),
    default: model === library.default,
    ...versionState(model, library),
    versions: library.versions(name).map((other) => other.version),
  };
  return [
    {
      path,
      summary: `About ${name} ${model.version}.`,
      protocol,
      model: name,
      version: model.version,
      later: false,
      get: always(json(description)),
      describe: (using) => describeDescription(model, version !== undefined, using),
    },
    predictRoute({ ...options, path: `${path}/predict` }),
    {
      path: `${path}/explain`,
      summary: `Which features moved predictions of ${name} ${model.version}.`,
      protocol: "explain",
      model: name,
      ...(version === undefined ? {} : { version }),
      later: false,
      post: explanations(() => models.pick(name, version)),
      describe: (using) => describeExplanations({ ...describedRoute(options, model), rows: explainedRows(options) }, using),
    },
  ];
}

function describedRoute({ models, rows, name, version }: RouteOptions, model: Model): DescribedRoute {
  const named = name === undefined ? "" : version === undefined ? "model" : "version";
  return { model, primary: models.library.get(model.name).version, named, rows };
}

function predictRoute(options: RouteOptions): Route {
  const { path, models, predictions, name, version } = options;
  const { library } = models;
  const now = name === undefined ? library.default : library.get(name, version);
  if (now === undefined) throw new SetosaError("INTERNAL", "There is no default model to route to.");
  const predicting = predictHandlers(predictions, () => models.pick(name, version), now);
  return {
    path,
    summary: `Predictions of ${now.name} ${now.version}.`,
    protocol,
    ...(name === undefined ? {} : { model: name }),
    ...(version === undefined ? {} : { version }),
    ...predicting,
    describe: (using) => describePredictions(describedRoute(options, now), using),
  };
}

/** What `/models` says of each. */
function summary(model: Model, models: ServedModels) {
  const { library } = models;
  const { name, version, task, classes, targets, outputClasses, engine } = describeModel(model);
  return {
    name,
    version,
    ...versionState(model, library),
    ...trafficOf(model, models),
    default: model === library.default,
    task,
    classes,
    targets,
    outputClasses,
    engine,
    path: `/models/${name}/versions/${version}`,
  };
}

/** Its part of the requests that name no version; nothing where it has none. */
function trafficOf(model: Model, models: ServedModels): { readonly traffic?: TrafficPart } {
  const { name, version } = model;
  if (models.library.get(name) === model) return { traffic: "primary" };
  const traffic = trafficParts.find((part) => models.versionWith?.(name, part) === version);
  return traffic === undefined ? {} : { traffic };
}

/** That it answers, and where a newer file could not take its place also that. */
function versionState({ name, version }: Model, { failures }: ModelLibrary) {
  const failure = failures.find((other) => other.replacing && other.name === name && other.version === version);
  return { state: "ready", ...(failure === undefined ? {} : { error: errorOf(failure) }) };
}

/** Nothing answers in its version. */
function isAlone({ replacing }: LoadFailure): boolean {
  return !replacing;
}

function failed(failure: LoadFailure) {
  const { name, version } = failure;
  return { name, version, state: "failed", error: errorOf(failure) };
}

function errorOf({ error: { code, message, hint } }: LoadFailure) {
  return { code, message, hint };
}

/** Why a path under `/models` is no route: the model or its version, with what is loaded. */
function explain(path: string, models: ServedModels): SetosaError | undefined {
  const [, first, name, versions, version] = path.split("/");
  const isDefault = path === "/predict";
  if (!isDefault && (first !== "models" || name === undefined || name === "")) return undefined;
  try {
    models.pick(isDefault ? undefined : name, versions === "versions" ? version : undefined);
  } catch (error) {
    if (error instanceof SetosaError) return error;
    throw error;
  }
  return undefined;
}

function json(value: unknown): Answer {
  return { head: jsonHead, body: `${JSON.stringify(value)}\n` };
}

function always(answer: Answer): () => Answer {
  return () => answer;
}
