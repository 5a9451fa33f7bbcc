import { ApiError, toApiError } from "../api/api-error.ts";
import { apiKey } from "../api/api-key.ts";
import { request } from "../api/http.ts";
import { modelPath } from "../api/models.ts";
import type { RowObject } from "../form/fields.ts";
import type { Prediction } from "./prediction.ts";

/** The model in this page: what `setosa compile` writes of it. */
export interface Kernel {
  readonly version: string;
  predict(row: RowObject): Prediction;
  predictMany(rows: readonly RowObject[]): Prediction[];
}

interface KernelModule {
  load(): Promise<Kernel>;
}

/** By address, which tells one version from another and a file from the one that replaced it. */
const loaded = new Map<string, Promise<Kernel>>();

/**
 * Loads a model's kernel into this page.
 * @throws ApiError why the server does not hand it out
 */
export async function loadKernel(name: string, version: string): Promise<Kernel> {
  const path = `${modelPath(name, version)}/kernel.js`;
  // An import does not say why it fails, and sends no key.
  const response = await request(path, { headers: { accept: "text/javascript" } });
  const etag = response.headers.get("etag") ?? "";
  const address = new URL(`${path}?${encodeURIComponent(etag)}`, document.baseURI).href;
  const known = loaded.get(address);
  if (known !== undefined) return known;
  const loading = (import(/* @vite-ignore */ address) as Promise<KernelModule>).then((module) => module.load());
  loaded.set(address, loading);
  try {
    return await loading;
  } catch (thrown) {
    loaded.delete(address);
    throw apiKey.get() === undefined ? toApiError(thrown) : keyless();
  }
}

/** The page's own policy lets nothing run that was not imported from the server. */
function keyless(): ApiError {
  return new ApiError("The server asks for an API key, and a browser's import sends none.", {
    status: 401,
    code: "UNAUTHENTICATED",
    hint: "setosa compile writes the same files, for a page of your own.",
  });
}
