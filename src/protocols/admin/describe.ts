import type { Describing, RouteDescription, Tag } from "../../openapi/description.ts";
import { arrayOf, objectSchema, type Schema, text } from "../../openapi/schema.ts";

const tag: Tag = { name: "Administration", description: "What operators do to the models." };
const json = "application/json";

/** What is done, by the last part of the path. */
const summaries = {
  load: "Loads a model, even where it had been unloaded",
  unload: "Takes a model out until it is loaded again",
  promote: "Makes a version answer where none is named",
  rollback: "Ends a canary or a shadow; without one, goes back to the version before",
  clear: "Ends canary and shadow",
  shadow: "Gives a version a copy of the traffic; its answers are compared and thrown away",
  canary: "Gives a version a share of the traffic",
} as const;

export type ActionName = keyof typeof summaries;

/** Every action answers with the state that it led to. */
function stateOf(using: Describing): Schema {
  return using.schema("admin state", "ModelIndex", () => {
    const entry = objectSchema(
      {
        name: text,
        version: text,
        state: { ...text, enum: ["READY", "LOADING", "UNAVAILABLE"] },
        reason: text,
        code: text,
        traffic: { ...text, enum: ["primary", "canary", "shadow"] },
        percent: { type: "number" },
      },
      { optional: ["version", "reason", "code", "traffic", "percent"] },
    );
    return objectSchema({ models: arrayOf(entry) });
  });
}

export function describeIndex(using: Describing): RouteDescription {
  return {
    tag,
    get: {
      id: "adminModels",
      summary: "Every version: its state, and its part of the traffic",
      replies: { 200: { description: "The state.", content: { [json]: { schema: stateOf(using) } } } },
    },
  };
}

export function describeRescan(using: Describing): RouteDescription {
  return {
    tag,
    post: {
      id: "adminRescan",
      summary: "Looks at the folders now",
      replies: { 200: { description: "It is done: the state.", content: { [json]: { schema: stateOf(using) } } } },
      errors: ["CONTENT_TYPE_UNSUPPORTED"],
    },
  };
}

export interface Place {
  readonly name: string;
  readonly version: string | undefined;
}

function pathOf({ version }: Place, last: string): Pick<RouteDescription, "path"> {
  return { path: `/models/{model}${version === undefined ? "" : "/versions/{version}"}/${last}` };
}

export function describeAction(action: ActionName, place: Place, using: Describing): RouteDescription {
  const percent = objectSchema({ percent: { type: "number", description: "Of the requests that name no version." } }, { open: true });
  return {
    tag,
    ...pathOf(place, action),
    post: {
      id: `admin${action.charAt(0).toUpperCase()}${action.slice(1)}${place.version === undefined ? "" : "Version"}`,
      summary: summaries[action],
      ...(action === "canary" ? { body: { required: true, content: { [json]: { schema: percent } } } } : {}),
      replies: { 200: { description: "It is done: the state.", content: { [json]: { schema: stateOf(using) } } } },
      errors: [
        "MODEL_NOT_FOUND",
        "MODEL_VERSION_NOT_FOUND",
        "ARGUMENT_INVALID",
        "BODY_SHAPE_INVALID",
        "JSON_INVALID",
        "JSON_TOO_DEEP",
        "CONTENT_TYPE_UNSUPPORTED",
      ],
    },
  };
}

export function describeComparison(name: string): RouteDescription {
  const schema = objectSchema(
    { name: text, kind: { ...text, enum: ["canary", "shadow"] }, answered: text, compared: text, rows: { type: "integer" } },
    { open: true },
  );
  return {
    tag,
    ...pathOf({ name, version: undefined }, "comparison"),
    get: {
      id: "adminComparison",
      summary: "What the comparison of a canary or shadow with the version that answers has found",
      replies: { 200: { description: "Counts, and samples of rows that differ.", content: { [json]: { schema } } } },
      errors: ["MODEL_NOT_FOUND", "ROUTE_NOT_FOUND"],
    },
  };
}
