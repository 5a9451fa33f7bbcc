import { useCallback, useMemo } from "preact/hooks";
import type { ModelDetails } from "../api/models.ts";
import { useStore } from "../state/store.ts";
import { type FeatureInfo, type FieldState, type FormState, type RowObject, readForm, startForm } from "./fields.ts";
import { formStore } from "./form-store.ts";

export interface Form {
  readonly state: FormState;
  /** The row that it stands for; undefined while a field has no value. */
  readonly row: RowObject | undefined;
  /** The first field without a value. */
  readonly broken: FeatureInfo | undefined;
  change(index: number, field: FieldState): void;
  /** Back to the example row. */
  reset(): void;
}

export function useForm(model: ModelDetails): Form {
  const store = formStore(model);
  const state = useStore(store);
  const change = useCallback(
    (index: number, field: FieldState) => store.set(store.get().map((other, position) => (position === index ? field : other))),
    [store],
  );
  const reset = useCallback(() => store.set(startForm(model.features, model.example)), [store, model]);
  const reading = useMemo(() => readForm(model.features, state), [model, state]);
  return { state, row: "row" in reading ? reading.row : undefined, broken: reading.broken, change, reset };
}
