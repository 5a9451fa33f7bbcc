import { type LoadOptions, loadModel } from "../models/load-model.ts";
import type { Model } from "../models/model.ts";
import type { LoadSourceOptions } from "./sources.ts";

export function loadBytes(bytes: Uint8Array | ArrayBuffer, options: LoadSourceOptions): Promise<Model> {
  return loadModel(bytes, loadOptions(options));
}

export function loadOptions({ name, parity, scheduling }: LoadSourceOptions): LoadOptions {
  return { parity, scheduling, ...(name === undefined ? {} : { name }) };
}
