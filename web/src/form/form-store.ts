import type { ModelDetails } from "../api/models.ts";
import { createStore, type Store } from "../state/store.ts";
import { type FormState, startForm } from "./fields.ts";

const stores = new Map<string, Store<FormState>>();

/** What is typed for a model: the same in every section, and there again when somebody comes back. */
export function formStore({ name, version, features, example }: ModelDetails): Store<FormState> {
  // A file that replaced another one under the same name and version may have other features.
  const key = JSON.stringify([name, version, features]);
  const known = stores.get(key);
  if (known !== undefined) return known;
  const store = createStore<FormState>(startForm(features, example));
  stores.set(key, store);
  return store;
}
