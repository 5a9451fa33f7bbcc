import { SetosaError } from "../../errors.ts";
import { describeModel } from "../../models/describe.ts";
import type { ModelLibrary } from "../../models/library.ts";
import type { Model } from "../../models/model.ts";
import { type Answer, jsonHead, type Protocol, type Route } from "../exchange.ts";
import { type PredictLimits, predictHandlers } from "./handlers.ts";

/** Setosa's own protocol: `/predict`, and every model under `/models`. */
export function predictProtocol(library: ModelLibrary, limits: PredictLimits): Protocol {
  const newest = [...new Set(library.list.map(({ name }) => name))].map((name) => library.get(name));
  return {
    routes: [
      predictRoute("/predict", library.default, limits),
      {
        path: "/models",
        summary: "The models.",
        later: false,
        get: always(json({ models: library.list.map((model) => summary(model, library)) })),
      },
      ...newest.flatMap((model) => modelRoutes(`/models/${model.name}`, model, library, limits)),
      ...library.list.flatMap((model) => modelRoutes(`/models/${model.name}/versions/${model.version}`, model, library, limits)),
    ],
    explain: (path) => explain(path, library),
  };
}

function modelRoutes(path: string, model: Model, library: ModelLibrary, limits: PredictLimits): Route[] {
  const description = { ...describeModel(model), default: model === library.default, versions: versionsOf(model, library) };
  return [
    { path, summary: `About ${model.name} ${model.version}.`, later: false, get: always(json(description)) },
    predictRoute(`${path}/predict`, model, limits),
  ];
}

function predictRoute(path: string, model: Model, limits: PredictLimits): Route {
  return { path, summary: `Predictions of ${model.name} ${model.version}.`, ...predictHandlers(model, limits) };
}

/** What `/models` says of each. */
function summary(model: Model, library: ModelLibrary) {
  const { name, version, task, classes, targets, outputClasses, engine } = describeModel(model);
  return {
    name,
    version,
    default: model === library.default,
    task,
    classes,
    targets,
    outputClasses,
    engine,
    path: `/models/${name}/versions/${version}`,
  };
}

function versionsOf({ name }: Model, { list }: ModelLibrary): string[] {
  return list.filter((model) => model.name === name).map(({ version }) => version);
}

/** Why a path under `/models` is no route: the model or its version, with what is loaded. */
function explain(path: string, library: ModelLibrary): SetosaError | undefined {
  const [, models, name, versions, version] = path.split("/");
  if (models !== "models" || name === undefined || name === "") return undefined;
  try {
    library.get(name, versions === "versions" ? version : undefined);
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
