import { stat } from "node:fs/promises";
import { SetosaError } from "../../errors.ts";
import { type FindOptions, findModels, type ModelSource } from "../find-models.ts";

/** A model file as it lies there now. */
export interface FoundModel extends ModelSource {
  /** Another one when the file has been written to, replaced, or its link leads elsewhere. */
  readonly fingerprint: string;
}

/**
 * The model files of a path.
 * @throws SetosaError MODEL_FILE_UNREADABLE when the path cannot be read; a folder without models is an empty list
 */
export async function scan(path: string, options: FindOptions = {}): Promise<FoundModel[]> {
  let sources: ModelSource[];
  try {
    sources = await findModels(path, options);
  } catch (error) {
    if (error instanceof SetosaError && error.code === "MODELS_EMPTY") return [];
    throw error;
  }
  return Promise.all(sources.map(async (source) => ({ ...source, fingerprint: await fingerprint(source.path) })));
}

/** Of the file that a link leads to: a mounted volume is changed by turning a link to another folder. */
async function fingerprint(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs } = await stat(path, { bigint: true });
    return `${dev}:${ino}:${size}:${mtimeNs}`;
  } catch {
    // It has gone in this moment, or is a link to nowhere: loading it says so.
    return "absent";
  }
}
