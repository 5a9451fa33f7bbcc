import { SetosaError } from "../../errors.ts";
import type { Model } from "../../models/model.ts";
import type { ProtocolContext } from "../context.ts";
import { type Answer, type Answered, jsonHead, type Protocol, type Route } from "../exchange.ts";
import { modelStatistics } from "../model-statistics.ts";
import { modelConfig, modelMetadata } from "../open-inference-metadata.ts";
import { describeGet, describeInfer, describeModelGet, type Told } from "./describe.ts";
import { openInferenceErrors } from "./errors.ts";
import { inferHandlers } from "./infer.ts";
import { serverMetadata } from "./metadata.ts";
import { controlRoute, controlRoutes, repositoryRoutes } from "./repository.ts";
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
    get resolvable() {
      return controlRoutes(context.control);
    },
    explain: (path) => explain(path, context) ?? unsupportedPath(path),
    errors: openInferenceErrors,
    open: [live, ready],
  };
}

function serverRoutes(context: ProtocolContext): Route[] {
  const { models, server, isReady } = context;
  const { library } = models;
  return [
    get({ path: "/v2", id: "Server", summary: "About the server.", answer: "Server" }, always(serverMetadata(server))),
    get({ path: live, id: "Live", summary: "That the server is up.", answer: "Live" }, always({ live: true })),
    get({ path: ready, id: "Ready", summary: "Whether the models answer.", answer: "Ready", errors: ["MODELS_NOT_READY"] }, () => {
      if (isReady()) return json({ ready: true });
      throw new SetosaError("MODELS_NOT_READY", "The server is not ready.", { hint: "GET /health/ready says why." });
    }),
    get({ path: "/v2/models", id: "Models", summary: "The names of the models.", answer: "Models" }, always({ models: library.names })),
    get({ path: "/v2/models/stats", id: "Statistics", summary: "What all models were asked.", answer: "Statistics" }, () =>
      statistics(library.list, context),
    ),
    ...repositoryRoutes(context),
  ];
}

function modelRoutes(context: ProtocolContext, path: string, name: string, version?: string): Route[] {
  const { models, limits } = context;
  const { library } = models;
  const model = library.get(name, version);
  const versions = library.versions(name);
  const about = { path, model: name, version: model.version, named: version };
  const measured: readonly Model[] = version === undefined ? versions : [model];
  return [
    modelGet(
      { ...about, id: "Model", summary: "Inputs and outputs of a model", answer: "Model", after: "" },
      `Inputs and outputs of ${name} ${model.version}.`,
      always(
        modelMetadata(
          model,
          versions.map((other) => other.version),
        ),
      ),
    ),
    modelGet(
      { ...about, id: "ModelReady", summary: "Whether a model answers", answer: "ModelReady", after: "/ready" },
      `Whether ${name} answers.`,
      always({ name, ready: true }),
    ),
    modelGet(
      { ...about, id: "ModelConfig", summary: "How a model is run", answer: "ModelConfig", after: "/config" },
      `How ${name} is run.`,
      always(modelConfig(model, limits.rows)),
    ),
    modelGet(
      { ...about, id: "ModelStatistics", summary: "What a model was asked", answer: "Statistics", after: "/stats" },
      `What ${name} was asked.`,
      () => statistics(measured, context),
    ),
    {
      path: `${path}/infer`,
      summary: `Tensors answered with tensors by ${name} ${model.version}.`,
      protocol,
      model: name,
      ...(version === undefined ? {} : { version }),
      ...inferHandlers(context, () => models.pick(name, version), model),
      describe: (using) => describeInfer(model, version, using),
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

interface About extends Told {
  readonly path: string;
}

function get({ path, ...told }: About, answer: () => Answered): Route {
  return { path, summary: told.summary, protocol, later: false, get: answer, describe: (using) => describeGet(told, using) };
}

interface AboutModel extends About {
  readonly model: string;
  readonly version: string;
  /** The version that the path names. */
  readonly named: string | undefined;
  /** What follows the model in the path. */
  readonly after: string;
}

function modelGet({ path, model, version, named, after, ...told }: AboutModel, summary: string, answer: () => Answered): Route {
  const describe: Route["describe"] = (using) => describeModelGet(told, { name: model, version: named, after }, using);
  return { path: path + after, summary, protocol, model, version, later: false, get: answer, describe };
}

function json(value: unknown): Answer {
  return { head: jsonHead, body: JSON.stringify(value) };
}

function always(value: unknown): () => Answer {
  const answer = json(value);
  return () => answer;
}
