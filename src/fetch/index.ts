import { makeHandler } from "./create-handler.ts";
import type { Handler, HandlerOptions } from "./handler.ts";
import { loadSource } from "./load-source.ts";

export { type ErrorCode, SetosaError } from "../errors.ts";
export type { ProtocolName } from "../protocols/registry.ts";
export type { CompiledModel } from "./compiled-model.ts";
export type { Handler, HandlerOptions } from "./handler.ts";
export type { HandlerLimits } from "./limits.ts";
export type { ModelSource, ModelsOption, UnloadedSource } from "./sources.ts";

/**
 * A server inside of another one: predictions in every protocol that `setosa serve` speaks, as a function from Request to Response.
 * @throws SetosaError ARGUMENT_INVALID; MODEL_… as `loadModel`
 */
export function createHandler(options: HandlerOptions): Promise<Handler> {
  return makeHandler(options, loadSource);
}
