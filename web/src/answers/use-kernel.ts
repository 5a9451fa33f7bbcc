import { useEffect, useState } from "preact/hooks";
import { type ApiError, toApiError } from "../api/api-error.ts";
import type { ModelDetails } from "../api/models.ts";
import { createStore, type Store, useStore } from "../state/store.ts";
import { type Kernel, loadKernel } from "./kernel.ts";

export interface BrowserKernel {
  /** Whether the user wants predictions in the page. */
  readonly on: boolean;
  readonly kernel: Kernel | undefined;
  readonly error: ApiError | undefined;
  turn(on: boolean): void;
}

/** By model: the switch is the same in every section. */
const switches = new Map<string, Store<boolean>>();

/** The model in this page, once the user has switched it on. */
export function useKernel({ name, version }: ModelDetails): BrowserKernel {
  const key = `${name}/${version}`;
  const known = switches.get(key) ?? createStore(false);
  switches.set(key, known);
  const on = useStore(known);
  const [state, setState] = useState<{ key: string; kernel?: Kernel; error?: ApiError }>({ key });
  useEffect(() => {
    if (!on) {
      setState({ key });
      return undefined;
    }
    let wanted = true;
    loadKernel(name, version).then(
      (kernel) => wanted && setState({ key, kernel }),
      (thrown: unknown) => wanted && setState({ key, error: toApiError(thrown) }),
    );
    return () => {
      wanted = false;
    };
  }, [on, key, name, version]);
  const current = state.key === key && on ? state : undefined;
  return { on, kernel: current?.kernel, error: current?.error, turn: known.set };
}
