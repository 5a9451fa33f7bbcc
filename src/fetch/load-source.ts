import { SetosaError } from "../errors.ts";
import { ofFile } from "../models/library.ts";
import { loadModel } from "../models/load-model.ts";
import type { Model } from "../models/model.ts";
import type { LoadSource, LoadSourceOptions } from "./sources.ts";

/** Reads, compiles and checks models in this thread, as `loadModel` does. */
export const loadSource: LoadSource = async (source, options) => {
  if (source instanceof Uint8Array || source instanceof ArrayBuffer) return [await loadModel(source, loadOptions(options))];
  return loadPath(source, options);
};

/** A folder has the names of its files, and only a file can be given another. */
async function loadPath(source: string | URL, options: LoadSourceOptions): Promise<readonly Model[]> {
  // For the host's own files, and so for hosts that have some.
  const { fileURLToPath } = await import("node:url");
  const { findModels } = await import("../models/find-models.ts");
  const path = source instanceof URL || source.startsWith("file:") ? fileURLToPath(source) : source;
  const found = await findModels(path);
  const [first] = found;
  const isFolder = found.length > 1 || first?.path !== path;
  if (isFolder && options.name !== undefined)
    throw new SetosaError("ARGUMENT_INVALID", `${path} is a folder, whose models have names of their own.`, {
      path: `models[${JSON.stringify(options.name)}]`,
      hint: "Give the folder alone, models: folder, or in a list, or name a file of it.",
    });
  const models: Model[] = [];
  try {
    for (const { path: file, ...place } of found) {
      models.push(
        await loadModel(file, { ...loadOptions(options), ...place }).catch((error: unknown) => {
          throw error instanceof SetosaError ? ofFile(file, error) : error;
        }),
      );
    }
  } catch (error) {
    await Promise.all(models.map((model) => model.close()));
    throw error;
  }
  return models;
}

function loadOptions({ name, parity, scheduling }: LoadSourceOptions) {
  return { parity, scheduling, ...(name === undefined ? {} : { name }) };
}
