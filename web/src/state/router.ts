import { createStore, useStore } from "./store.ts";

/**
 * Where the page is, kept in the address behind `#` so that every server, proxy and bookmark serves it:
 *
 * | address                          | route                                                     |
 * | -------------------------------- | --------------------------------------------------------- |
 * | `#/models`                       | all models                                                |
 * | `#/models/iris`                  | a model: the version that answers                         |
 * | `#/models/iris/versions/2`       | one version of it                                         |
 * | `#/models/iris/try`              | the model (or `…/versions/2/try`) in "Try it"             |
 * | `#/models/iris/what-if`          | the same in "What if"                                     |
 * | `#/try`, `#/what-if`             | these for the default model                               |
 * | `#/live`, `#/models/iris/live`   | figures of the server, or of one model                    |
 */
export type Route =
  | { readonly section: "models" }
  | ({ readonly section: "model" } & ModelPlace)
  | ({ readonly section: "try" | "what-if" | "live" } & Partial<ModelPlace>)
  | { readonly section: "unknown"; readonly path: string };

/** A model by its name; its version where one is meant. */
export interface ModelPlace {
  readonly model: string;
  readonly version?: string;
}

const ofModels = ["try", "what-if", "live"] as const;
type OfModel = (typeof ofModels)[number];

/** @param hash With its `#`, or empty */
export function parseRoute(hash: string): Route {
  const path = hash.replace(/^#/, "");
  const parts = path.split("/").filter((part) => part !== "");
  const [first, encoded, ...rest] = parts;
  if (first === undefined) return { section: "models" };
  const ofModel = ofModels.find((name) => name === first);
  if (ofModel !== undefined && encoded === undefined) return { section: ofModel };
  if (first !== "models") return { section: "unknown", path };
  if (encoded === undefined) return { section: "models" };
  const model = decode(encoded);
  if (rest.length === 0) return { section: "model", model };
  const hasVersion = rest[0] === "versions" && rest[1] !== undefined;
  const place: ModelPlace = hasVersion ? { model, version: decode(rest[1] ?? "") } : { model };
  const [last, ...more] = hasVersion ? rest.slice(2) : rest;
  if (last === undefined) return { section: "model", ...place };
  const part = ofModels.find((name) => name === last);
  return part === undefined || more.length > 0 ? { section: "unknown", path } : { section: part, ...place };
}

/** The address of a route, for `href`: every way through the page is a link. */
export function formatRoute(route: Route): string {
  switch (route.section) {
    case "models":
      return "#/models";
    case "model":
      return `#/${placePath(route)}`;
    case "try":
    case "what-if":
    case "live":
      return `#/${formatPart(route.section, route)}`;
    case "unknown":
      return `#${route.path}`;
  }
}

function formatPart(section: OfModel, { model, version }: Partial<ModelPlace>): string {
  if (model === undefined) return section;
  return `${placePath(version === undefined ? { model } : { model, version })}/${section}`;
}

function placePath({ model, version }: ModelPlace): string {
  const name = `models/${encodeURIComponent(model)}`;
  return version === undefined ? name : `${name}/versions/${encodeURIComponent(version)}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // No model has such a name, and the page says so.
    return text;
  }
}

const current = createStore<Route>(parseRoute(location.hash));
addEventListener("hashchange", () => current.set(parseRoute(location.hash)));

/** Where the page is; a component that uses it follows. */
export function useRoute(): Route {
  return useStore(current);
}

/** Goes there as a click on a link does. */
export function navigate(route: Route): void {
  location.hash = formatRoute(route);
}
