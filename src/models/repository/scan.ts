import type { BigIntStats } from "node:fs";
import { stat } from "node:fs/promises";
import { SetosaError } from "../../errors.ts";
import { type FindOptions, findModels, type ModelSource } from "../find-models.ts";

/** A model file as it lies there now. */
export interface FoundModel extends ModelSource {
  /** Another one when the file has been written to, replaced, or its link leads elsewhere. */
  readonly fingerprint: string;
}

/** A file that a model is served from, as plain data. */
export interface ServedFile {
  readonly path: string;
  readonly fingerprint: string;
  /** What its model is called. */
  readonly name: string;
  readonly version: string;
}

/** The same file, where somebody keeps it while another one lies in its place. */
export interface KeptFile extends ServedFile {
  readonly keptAt: string;
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
    return fingerprintOf(await stat(path, { bigint: true }));
  } catch {
    // It has gone in this moment, or is a link to nowhere: loading it says so.
    return "absent";
  }
}

export function fingerprintOf({ dev, ino, size, mtimeNs }: BigIntStats): string {
  return `${dev}:${ino}:${size}:${mtimeNs}`;
}
