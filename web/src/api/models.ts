import type { EngineKind } from "../../../src/engines/engine.ts";
import type { ModelDescription } from "../../../src/models/describe.ts";
import { getJson, type RequestOptions } from "./http.ts";

/** Why a version does not answer, or why a newer file did not take its place. */
export interface LoadProblem {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** One version in `GET /models`. */
export type ListedModel = ReadyModel | FailedModel;

export interface ReadyModel extends Pick<ModelDescription, "name" | "version" | "task" | "classes" | "targets" | "outputClasses"> {
  readonly state: "ready";
  readonly default: boolean;
  readonly engine: EngineKind;
  /** Its part of the requests that name no version; absent where it has none. */
  readonly traffic?: "primary" | "canary" | "shadow";
  readonly error?: LoadProblem;
}

export interface FailedModel {
  readonly name: string;
  readonly version: string;
  readonly state: "failed";
  readonly error: LoadProblem;
}

/** `GET /models`: every version that was loaded, or that could not be. */
export interface ModelList {
  readonly models: readonly ListedModel[];
}

/** `GET /models/{name}[/versions/{version}]`. */
export interface ModelDetails extends ModelDescription {
  readonly state: "ready";
  readonly default: boolean;
  /** The versions of that name that are loaded. */
  readonly versions: readonly string[];
  readonly error?: LoadProblem;
}

/** `models/iris`, or `models/iris/versions/2`: what the paths of a model's routes begin with. */
export function modelPath(name: string, version?: string): string {
  const path = `models/${encodeURIComponent(name)}`;
  return version === undefined ? path : `${path}/versions/${encodeURIComponent(version)}`;
}

/** @throws ApiError, as all of these do */
export function getModels(options?: RequestOptions): Promise<ModelList> {
  return getJson("models", options);
}

export function getModel(name: string, version?: string, options?: RequestOptions): Promise<ModelDetails> {
  return getJson(modelPath(name, version), options);
}

/** The model that answers where none is named; undefined where no model is loaded. */
export async function getDefaultModel(options?: RequestOptions): Promise<ModelDetails | undefined> {
  const { models } = await getModels(options);
  const model = models.find((listed) => listed.state === "ready" && listed.default);
  return model === undefined ? undefined : getModel(model.name, undefined, options);
}
