import { SetosaError } from "../errors.ts";
import { makeHandler } from "./create-handler.ts";
import type { Handler, HandlerOptions } from "./handler.ts";

/**
 * What `setosa/fetch` is on edge runtimes, which compile no WebAssembly from bytes and have no files: without the reader of model files and
 * the compiler, for which bundles there have no room to spare.
 */
export { SetosaError } from "../errors.ts";

export function createHandler(options: HandlerOptions): Promise<Handler> {
  return makeHandler(options, async () => {
    throw new SetosaError("ENGINE_UNAVAILABLE", "This runtime compiles no models: it has no files, and makes no WebAssembly of bytes.", {
      hint: "Run setosa compile when you build, and give createHandler what the module that it writes has loaded: models: await load(wasm).",
    });
  });
}
