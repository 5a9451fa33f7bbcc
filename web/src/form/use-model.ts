import { getDefaultModel, getModel, type ModelDetails } from "../api/models.ts";
import { type Resource, useResource } from "../api/use-resource.ts";

/** The model that an address names; the default one where it names none. */
export function useModel(model: string | undefined, version: string | undefined): Resource<ModelDetails | undefined> {
  return useResource<ModelDetails | undefined>(`${model ?? ""}/${version ?? ""}`, (signal) =>
    model === undefined ? getDefaultModel({ signal }) : getModel(model, version, { signal }),
  );
}
