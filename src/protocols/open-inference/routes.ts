import { SetosaError } from "../../errors.ts";
import type { Model } from "../../models/model.ts";
import type { ProtocolContext } from "../context.ts";
import { type Answer, type Answered, jsonHead, type Protocol, type Route } from "../exchange.ts";
import { modelStatistics } from "../model-statistics.ts";
import { modelConfig, modelMetadata } from "../open-inference-metadata.ts";
import { openInferenceErrors } from "./errors.ts";
import { inferHandlers } from "./infer.ts";
import { serverMetadata } from "./metadata.ts";
import { controlRoute, repositoryRoutes } from "./repository.ts";
import { statisticsResponse } from "./statistics.ts";
import { unsupportedPath } from "./unsupported.ts";

const protocol = "open-inference";
const live = "/v2/health/live";
const ready = "/v2/health/ready";

/** The Open Inference Protocol (V2) over HTTP, with the extensions of Triton's that its clients and tools use. */
export function openInferenceProtocol(context: ProtocolContext): Protocol {
  const { models } = context;
  return {
    get routes() {
      const { library } = models;
      return [
        ...serverRoutes(context),
        ...library.names.flatMap((name) => modelRoutes(context, `/v2/models/${name}`, name)),
        ...library.list.flatMap(({ name, version }) => modelRoutes(context, `/v2/models/${name}/versions/${version}`, name, version)),
      ];
    },
    resolve: (path) => controlRoute(path, context.control),
    explain: (path) => explain(path, context) ?? unsupportedPath(path),
    errors: openInferenceErrors,
    open: [live, ready],
  };
}

function serverRoutes(context: ProtocolContext): Route[] {
  const { models, server, isReady } = context;
  const { library } = models;
  return [
    get("/v2", "About the server.", always(serverMetadata(server))),
    get(live, "That the server is up.", always({ live: true })),
    get(ready, "Whether the models answer.", () => {
      if (isReady()) return json({ ready: true });
      throw new SetosaError("MODELS_NOT_READY", "The server is not ready.", { hint: "GET /health/ready says why." });
    }),
    get("/v2/models", "The names of the models.", always({ models: library.names })),
    get("/v2/models/stats", "What all models were asked.", () => statistics(library.list, context)),
    ...repositoryRoutes(context),
  ];
}

function modelRoutes(context: ProtocolContext, path: string, name: string, version?: string): Route[] {
  const { models, limits } = context;
  const { library } = models;
  const model = library.get(name, version);
  const versions = library.versions(name);
  const about = { model: name, version: model.version };
  const measured: readonly Model[] = version === undefined ? versions : [model];
  return [
    get(
      path,
      `Inputs and outputs of ${name} ${model.version}.`,
      always(
        modelMetadata(
          model,
          versions.map((other) => other.version),
        ),
      ),
      about,
    ),
    get(`${path}/ready`, `Whether ${name} answers.`, always({ name, ready: true }), about),
    get(`${path}/config`, `How ${name} is run.`, always(modelConfig(model, limits.rows)), about),
    get(`${path}/stats`, `What ${name} was asked.`, () => statistics(measured, context), about),
    {
      path: `${path}/infer`,
      summary: `Tensors answered with tensors by ${name} ${model.version}.`,
      protocol,
      model: name,
      ...(version === undefined ? {} : { version }),
      ...inferHandlers(context, () => models.pick(name, version), model),
    },
  ];
}

/** Why a path under `/v2/models` is no route: the model or its version, with what is loaded. */
function explain(path: string, { models }: ProtocolContext): SetosaError | undefined {
  const [, v2, first, name, versions, version] = path.split("/");
  if (v2 !== "v2" || first !== "models" || name === undefined || name === "") return undefined;
  try {
    models.library.get(name, versions === "versions" ? version : undefined);
  } catch (error) {
    if (error instanceof SetosaError) return error;
    throw error;
  }
  return undefined;
}

async function statistics(models: readonly Model[], context: ProtocolContext): Promise<Answer> {
  return json(statisticsResponse(await modelStatistics(models, context)));
}

function get(path: string, summary: string, answer: () => Answered, about: Pick<Route, "model" | "version"> = {}): Route {
  return { path, summary, protocol, later: false, get: answer, ...about };
}

function json(value: unknown): Answer {
  return { head: jsonHead, body: JSON.stringify(value) };
}

function always(value: unknown): () => Answer {
  const answer = json(value);
  return () => answer;
}
