import { createStore } from "../state/store.ts";

const storageKey = "setosa-api-key";

/** The key that requests are sent with; undefined without one. It lasts as long as the tab, and goes to nobody but this server. */
export const apiKey = createStore<string | undefined>(read());

/** Whether the server wants one that it has not got: the page asks for it. */
export const keyNeeded = createStore(false);

/** Keeps a key for the next requests; undefined forgets it. */
export function setApiKey(key: string | undefined): void {
  try {
    if (key === undefined) sessionStorage.removeItem(storageKey);
    else sessionStorage.setItem(storageKey, key);
  } catch {
    // Without storage it lasts as long as the page.
  }
  keyNeeded.set(false);
  apiKey.set(key);
}

function read(): string | undefined {
  try {
    return sessionStorage.getItem(storageKey) ?? undefined;
  } catch {
    return undefined;
  }
}
