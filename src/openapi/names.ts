import type { Model } from "../models/model.ts";
import type { RouteDescription } from "./description.ts";

/** The path of routes that differ in the model's name, and its version where they name one. */
export function modelPath(
  before: string,
  { name, version }: { readonly name: string; readonly version?: string | undefined },
  after = "",
): Pick<RouteDescription, "path" | "names"> {
  if (version === undefined) return { path: `${before}/{model}${after}`, names: { model: name } };
  return { path: `${before}/{model}/versions/{version}${after}`, names: { model: name, version } };
}

/** A name for the model's example among those of a route's body. */
export function exampleName({ name, version }: Model, versioned: boolean): string {
  return versioned ? `${name}-${version}` : name;
}
