import { useCallback, useEffect, useState } from "preact/hooks";
import { useStore } from "../state/store.ts";
import { type ApiError, toApiError } from "./api-error.ts";
import { apiKey } from "./api-key.ts";
import { reconnections } from "./connection.ts";

/** Something that the server was asked for. */
export interface Resource<T> {
  /** The last that came; it stays while it is asked for again, and when that fails. */
  readonly value: T | undefined;
  /** Why the last asking failed. */
  readonly error: ApiError | undefined;
  readonly reload: () => void;
}

export interface ResourceOptions {
  /** Asks again this long after each answer, in milliseconds; while the page is hidden it waits. */
  readonly every?: number;
}

/**
 * Asks the server when the component appears, when `name` changes, when the server is back, and when the user gives another key. What is not
 * wanted any more is ended.
 * @param name Of what is asked for: the same name is the same thing
 */
export function useResource<T>(name: string, load: (signal: AbortSignal) => Promise<T>, { every }: ResourceOptions = {}): Resource<T> {
  const [state, setState] = useState<{ name: string; value: T | undefined; error: ApiError | undefined }>();
  const [asked, setAsked] = useState(0);
  const key = useStore(apiKey);
  const returned = useStore(reconnections);
  // `name` stands for `load`; the others are reasons to ask again.
  useEffect(() => {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      try {
        const value = await load(controller.signal);
        if (controller.signal.aborted) return;
        setState({ name, value, error: undefined });
      } catch (thrown) {
        if (controller.signal.aborted) return;
        const error = toApiError(thrown);
        setState((before) => ({ name, value: before?.name === name ? before.value : undefined, error }));
      }
      if (every !== undefined) timer = setTimeout(again, every);
    };
    const again = () => {
      if (document.visibilityState === "visible") void ask();
      else timer = setTimeout(again, every);
    };
    void ask();
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [name, asked, key, returned, every]);
  const reload = useCallback(() => setAsked((times) => times + 1), []);
  const current = state?.name === name ? state : undefined;
  return { value: current?.value, error: current?.error, reload };
}
