import { SetosaError } from "../../errors.ts";
import type { IndexEntry, ModelControl } from "../../models/control.ts";
import type { ServedModels } from "../../models/served-models.ts";
import type { ProtocolContext } from "../context.ts";
import { type Answer, jsonHead, type PostHandler, type Protocol, type Route } from "../exchange.ts";
import { parseJsonBody } from "../json-body.ts";
import { describeControl, describeIndex } from "./describe.ts";
import { openInferenceErrors } from "./errors.ts";
import { checkInferRequest } from "./request-body.ts";

const protocol = "open-inference";
/** Bodies hold a few parameters. */
const jsonDepth = 8;

/** The model repository extension alone, for a listener of operators. */
export function repositoryProtocol(control: ModelControl): Protocol {
  return {
    routes: [indexRoute(() => control.index())],
    resolve: (path) => controlRoute(path, control),
    get resolvable() {
      return controlRoutes(control);
    },
    errors: openInferenceErrors,
  };
}

/** Of any model: also of those that are not loaded. */
export function controlRoutes(control: ModelControl | undefined): readonly Route[] {
  return ["load", "unload"].flatMap((action) => controlRoute(`/v2/repository/models/{model}/${action}`, control) ?? []);
}

export function repositoryRoutes({ models, control }: Pick<ProtocolContext, "models" | "control">): readonly Route[] {
  return [indexRoute(async () => (control === undefined ? libraryIndex(models) : control.index()))];
}

function indexRoute(index: () => Promise<readonly IndexEntry[]>): Route {
  return {
    path: "/v2/repository/index",
    summary: "The repository's models, ready or not.",
    protocol,
    later: false,
    describe: describeIndex,
    post: {
      check: checkInferRequest,
      answer: async (_, body) => {
        const value = body.length === 0 ? {} : parseJsonBody(body, jsonDepth);
        const ready = typeof value === "object" && value !== null && (value as { ready?: unknown }).ready === true;
        const entries = (await index()).filter(({ state }) => !ready || state === "READY");
        return json(entries.map(({ name, version, state, reason = "" }) => ({ name, version, state, reason })));
      },
    },
  };
}

/** `/v2/repository/models/{name}/load` and `…/unload`: of models that may not be loaded. */
export function controlRoute(path: string, control: ModelControl | undefined): Route | undefined {
  const [, name, action] = /^\/v2\/repository\/models\/([^/]+)\/(load|unload)$/.exec(path) ?? [];
  if (name === undefined) return undefined;
  const post: PostHandler = {
    check: (request) => {
      checkInferRequest(request);
      if (control === undefined)
        throw new SetosaError("PERMISSION_DENIED", "Explicit model load / unload is not allowed here.", {
          hint: "Start the server with --model-control, or ask its admin listener.",
        });
    },
    answer: async (_, body) => {
      if (body.length > 0) checkParameters(parseJsonBody(body, jsonDepth));
      await (action === "load" ? control?.load(name) : control?.unload(name));
      return json({ name, [action === "load" ? "load" : "unload"]: true });
    },
  };
  const describe = () => describeControl(action as "load" | "unload");
  return { path, summary: `${action} ${name}`, protocol, model: name, later: false, post, describe };
}

/** A model comes from the server's own files, as they are. `unload_dependents` asks for nothing: no model depends on another. */
function checkParameters(body: unknown): void {
  const parameters = (body as { parameters?: unknown } | null)?.parameters;
  if (typeof parameters !== "object" || parameters === null) return;
  const unknown = Object.keys(parameters).find((name) => name === "config" || name.startsWith("file:"));
  if (unknown !== undefined)
    throw new SetosaError("BODY_SHAPE_INVALID", "Models are loaded from the server's files, and not from requests.", {
      path: `parameters[${JSON.stringify(unknown.slice(0, 80))}]`,
      hint: "Put the model into the server's folder, and load it by its name.",
    });
}

/** Where clients control nothing: what is loaded, and what could not be. */
function libraryIndex({ library }: ServedModels): readonly IndexEntry[] {
  return [
    ...library.list.map(({ name, version }): IndexEntry => ({ name, version, state: "READY" })),
    ...library.failures
      .filter(({ replacing }) => !replacing)
      .map(({ name, version, error }): IndexEntry => ({ name, version, state: "UNAVAILABLE", reason: error.code })),
  ];
}

function json(value: unknown): Answer {
  return { head: jsonHead, body: JSON.stringify(value) };
}
