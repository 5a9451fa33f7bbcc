import { SetosaError } from "../errors.ts";
import { makeHandler } from "./create-handler.ts";
import type { Handler, HandlerOptions } from "./handler.ts";
import { loadBytes } from "./load-bytes.ts";

/** What `setosa/fetch` is in browsers, pages as well as service workers: models come as bytes, for there are no files. */
export { SetosaError } from "../errors.ts";

export function createHandler(options: HandlerOptions): Promise<Handler> {
  return makeHandler(options, async (source, given) => {
    if (source instanceof Uint8Array || source instanceof ArrayBuffer) return [await loadBytes(source, given)];
    throw new SetosaError("MODEL_FILE_UNREADABLE", "There is no file system here to read a model from.", {
      path: String(source),
      hint: "Give the file's bytes: models: { iris: await (await fetch(url)).arrayBuffer() }.",
    });
  });
}
