import { useId, useState } from "preact/hooks";
import type { ApiError } from "../api/api-error.ts";
import type { ModelDetails } from "../api/models.ts";
import { errorFeature } from "./error-feature.ts";
import { FeatureField } from "./feature-field.tsx";
import type { Form } from "./use-form.ts";

/** Features from which on they can be searched, and fields that are shown at once. */
const manyFeatures = 16;
const mostShown = 80;

export interface RowFormProps {
  readonly model: ModelDetails;
  readonly form: Form;
  /** What the server said of the row. */
  readonly error: ApiError | undefined;
}

/** A field for each feature of a row. */
export function RowForm({ model, form, error }: RowFormProps) {
  const { features, example } = model;
  const [search, setSearch] = useState("");
  const [most, setMost] = useState(mostShown);
  const id = useId();
  const wrong = errorFeature(error?.path);
  const wanted = search.trim().toLowerCase();
  const found = features.map((feature, index) => ({ feature, index })).filter(({ feature }) => feature.name.toLowerCase().includes(wanted));
  return (
    <form class="row-form" aria-label={`A row for ${model.name}`} onSubmit={(event) => event.preventDefault()}>
      <div class="row-form-top">
        <button type="button" class="button button-quiet" onClick={form.reset}>
          {example === undefined ? "Back to the start" : "Example row"}
        </button>
        {features.length >= manyFeatures && (
          <>
            <label for={id} class="visually-hidden">
              Find a feature
            </label>
            <input
              id={id}
              type="search"
              placeholder={`Find among ${features.length} features`}
              value={search}
              onInput={({ currentTarget }) => setSearch(currentTarget.value)}
            />
          </>
        )}
      </div>
      <div class="features">
        {found.slice(0, most).map(({ feature, index }) => (
          <FeatureField
            key={feature.name}
            feature={feature}
            state={form.state[index] ?? { text: "", missing: false }}
            error={feature.name === wrong ? error : undefined}
            change={(field) => form.change(index, field)}
          />
        ))}
      </div>
      {found.length === 0 && <p class="note">No feature is called like that.</p>}
      {found.length > most && (
        <button type="button" class="button button-quiet" onClick={() => setMost(most + mostShown)}>
          {`Show more: ${found.length - most} are hidden`}
        </button>
      )}
    </form>
  );
}
