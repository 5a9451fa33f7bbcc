import { SetosaError } from "../../errors.ts";
import type { ServedModels, TrafficPart } from "../../models/served-models.ts";

/** `/v1/models/{name}[/versions/{version}|/labels/{label}]`, and what follows it. */
export interface ModelPath {
  readonly name: string;
  readonly version: string | undefined;
  readonly label: string | undefined;
  /** `metadata`, or a verb behind a colon. */
  readonly rest: "" | "metadata" | ":predict" | ":classify" | ":regress" | ":explain";
}

// TensorFlow Serving's own patterns, with versions of any name.
const pattern =
  /^\/v1\/models\/([^/:]+)(?:\/versions\/([^/:]+)|\/labels\/([^/:]+))?(?:\/(metadata)|(:(?:predict|classify|regress|explain)))?$/;

export function parsePath(path: string): ModelPath | undefined {
  const match = pattern.exec(path);
  if (match === null) return undefined;
  const [, name = "", version, label, metadata, verb] = match;
  return { name, version, label, rest: (metadata ?? verb ?? "") as ModelPath["rest"] };
}

/** Who tags versions in TensorFlow Serving calls them `stable` and `canary`. */
const labels = new Map<string, TrafficPart>([
  ["stable", "primary"],
  ["primary", "primary"],
  ["canary", "canary"],
  ["shadow", "shadow"],
]);

/** The labels that name a version of a model now. */
export function labelsOf(models: ServedModels, name: string): readonly { readonly label: string; readonly version: string }[] {
  return [...labels.keys()].flatMap((label) => {
    const version = labelVersion(models, name, label);
    return version === undefined ? [] : [{ label, version }];
  });
}

/** @throws SetosaError MODEL_NOT_FOUND */
function labelVersion(models: ServedModels, name: string, label: string): string | undefined {
  // Says first that there is no such model.
  const primary = models.library.get(name).version;
  const part = labels.get(label);
  return part === undefined ? undefined : part === "primary" ? primary : models.versionWith?.(name, part);
}

/** The version that a path means; undefined where it means the one that answers now. */
export function versionOf(models: ServedModels, { name, version, label }: ModelPath): string | undefined {
  if (label === undefined) return version;
  const part = labels.get(label);
  const found = labelVersion(models, name, label);
  if (found !== undefined) return found;
  throw new SetosaError("ARGUMENT_INVALID", `Unrecognized servable version label: ${label.slice(0, 80)}.`, {
    path: "labels",
    hint:
      part === undefined
        ? `The labels are ${[...labels.keys()].join(", ")}.`
        : `No version of "${name}" is the ${part} now. The labels stable and primary are always there.`,
  });
}
