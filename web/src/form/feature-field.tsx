import { useId } from "preact/hooks";
import type { ApiError } from "../api/api-error.ts";
import { ChoiceField } from "./choice-field.tsx";
import { choices, type FeatureInfo, type FieldState, fieldKind, isOutside, readField } from "./fields.ts";
import { NumberField } from "./number-field.tsx";
import { TextField } from "./text-field.tsx";
import "./form.css";

export interface FeatureFieldProps {
  readonly feature: FeatureInfo;
  readonly state: FieldState;
  /** What the server said about this feature. */
  readonly error: ApiError | undefined;
  readonly change: (state: FieldState) => void;
}

/** One feature of a row: its value, whether it is missing, and what is wrong with it. */
export function FeatureField({ feature, state, error, change }: FeatureFieldProps) {
  const id = useId();
  const kind = fieldKind(feature);
  const reading = readField(feature, state);
  const problem = reading.problem ?? error?.message;
  const note = reading.problem === undefined && error === undefined ? noteOf(feature, state) : undefined;
  const Input = { number: NumberField, choice: ChoiceField, text: TextField }[kind];
  return (
    <div class="feature">
      <div class="feature-head">
        <label for={id} class="feature-name">
          {feature.name}
        </label>
        {feature.missing && kind !== "choice" && (
          <label class="feature-missing">
            <input
              type="checkbox"
              checked={state.missing}
              aria-label={`${feature.name} is missing`}
              onChange={({ currentTarget }) => change({ ...state, missing: currentTarget.checked })}
            />
            missing
          </label>
        )}
      </div>
      <Input feature={feature} state={state} id={id} describedBy={`${id}-note`} invalid={problem !== undefined} change={change} />
      <p id={`${id}-note`} class={problem === undefined ? "feature-note" : "feature-note problem"} aria-live="polite">
        {problem ?? note}
        {error?.hint !== undefined && reading.problem === undefined && ` ${error.hint}`}
      </p>
    </div>
  );
}

function noteOf(feature: FeatureInfo, state: FieldState): string | undefined {
  const { value = null } = readField(feature, state) as { value?: null };
  if (isOutside(feature, value)) return "Outside the training range: the model has seen nothing like it.";
  if (fieldKind(feature) !== "choice" || state.missing || choices(feature).some((choice) => String(choice) === state.text))
    return undefined;
  return "Not among the categories of training: predicted as the framework would.";
}
