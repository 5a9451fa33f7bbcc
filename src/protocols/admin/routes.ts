import { SetosaError } from "../../errors.ts";
import type { ModelControl } from "../../models/control.ts";
import { type Answer, jsonHead, type PostHandler, type Protocol, type Route } from "../exchange.ts";
import { parseJsonBody } from "../json-body.ts";
import { checkJsonRequest } from "../json-request.ts";
import { type ActionName, describeAction, describeComparison, describeIndex, describeRescan, type Place } from "./describe.ts";

const protocol = "admin";
/** Bodies hold a number at most. */
const jsonDepth = 4;

/** What people and deployment tools do to the models: for a listener that clients do not reach. */
export function adminProtocol(control: ModelControl): Protocol {
  return {
    routes: [
      {
        path: "/models",
        summary: "Every version: its state, and its part of the traffic.",
        protocol,
        later: false,
        get: index(control),
        describe: describeIndex,
      },
      {
        path: "/rescan",
        summary: "Looks at the folders now.",
        protocol,
        later: false,
        post: act(control, (to) => to.rescan()),
        describe: describeRescan,
      },
    ],
    resolve: (path) => resolve(path, control),
    get resolvable() {
      return resolvable.flatMap((path) => resolve(path, control) ?? []);
    },
  };
}

type Action = (control: ModelControl, body: unknown) => Promise<void>;

/** What is done to a model, or to a version of it, by the last part of the path. */
const actions: Readonly<Record<ActionName, (place: Place) => Action | undefined>> = {
  load:
    ({ name, version }) =>
    (control) =>
      control.load(name, version),
  unload:
    ({ name, version }) =>
    (control) =>
      control.unload(name, version),
  promote:
    ({ name, version }) =>
    (control) =>
      control.promote(name, version),
  rollback: ({ name, version }) => (version === undefined ? (control) => control.rollback(name) : undefined),
  clear: ({ name, version }) => (version === undefined ? (control) => control.clear(name) : undefined),
  shadow: ({ name, version }) => (version === undefined ? undefined : (control) => control.shadow(name, version)),
  canary: ({ name, version }) => (version === undefined ? undefined : (control, body) => control.canary(name, version, percentOf(body))),
};

/** `/models/{name}[/versions/{version}]/{action}`, and `/models/{name}/comparison`: of models that may not be loaded. */
function resolve(path: string, control: ModelControl): Route | undefined {
  const [, name = "", version, action = ""] = /^\/models\/([^/]+)(?:\/versions\/([^/]+))?\/([a-z]+)$/.exec(path) ?? [];
  const base = { path, protocol, later: false };
  if (action === "comparison" && version === undefined)
    return {
      ...base,
      summary: "What the comparison of versions has found.",
      get: comparison(control, name),
      describe: () => describeComparison(name),
    };
  if (!isAction(action)) return undefined;
  const place = { name, version };
  const run = actions[action](place);
  if (run === undefined) return undefined;
  return { ...base, summary: `${action} ${name}`, post: act(control, run), describe: (using) => describeAction(action, place, using) };
}

function isAction(name: string): name is ActionName {
  return Object.hasOwn(actions, name);
}

/** Everything that can be done, to any model: also to those that are not loaded. */
const resolvable = ["/models/{model}", "/models/{model}/versions/{version}"].flatMap((place) =>
  [...Object.keys(actions), "comparison"].map((action) => `${place}/${action}`),
);

/** Does it, and answers with the state that this led to. */
function act(control: ModelControl, action: Action): PostHandler {
  return {
    check: checkJsonRequest,
    answer: async (_, body) => {
      await action(control, body.length === 0 ? undefined : parseJsonBody(body, jsonDepth));
      return json({ models: await control.index() });
    },
  };
}

function index(control: ModelControl): () => Promise<Answer> {
  return async () => json({ models: await control.index() });
}

function comparison(control: ModelControl, name: string): () => Promise<Answer> {
  return async () => {
    const report = await control.comparison(name);
    if (report !== undefined) return json(report);
    throw new SetosaError("ROUTE_NOT_FOUND", `Nothing is compared for "${name.slice(0, 80)}".`, {
      hint: `Give a version a share or a copy of the traffic: POST /models/${name.slice(0, 80)}/versions/{version}/canary or shadow.`,
    });
  };
}

/** `{"percent": 5}` */
function percentOf(body: unknown): number {
  const percent =
    typeof body === "object" && body !== null && Object.hasOwn(body, "percent") ? (body as { percent: unknown }).percent : undefined;
  if (typeof percent === "number") return percent;
  throw new SetosaError("BODY_SHAPE_INVALID", "The body does not say which share of the traffic the version shall get.", {
    path: "percent",
    hint: 'Send {"percent": 5}.',
  });
}

function json(value: unknown): Answer {
  return { head: jsonHead, body: `${JSON.stringify(value)}\n` };
}
