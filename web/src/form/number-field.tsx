import type { FeatureInfo, FieldState } from "./fields.ts";
import { sliderOf } from "./fields.ts";

export interface InputProps {
  readonly feature: FeatureInfo;
  readonly state: FieldState;
  readonly id: string;
  readonly describedBy: string;
  readonly invalid: boolean;
  readonly change: (state: FieldState) => void;
}

/** A slider over the range of training, and the number itself, which may lie outside of it. */
export function NumberField({ feature, state, id, describedBy, invalid, change }: InputProps) {
  const slider = sliderOf(feature);
  const typed = Number(state.text);
  const type = (text: string) => change({ text, missing: false });
  return (
    <div class="feature-inputs">
      {slider !== undefined && (
        <div class="feature-range">
          <input
            type="range"
            class="feature-slider"
            min={slider.min}
            max={slider.max}
            // A hundredth of the range, for the arrow keys; where it ends up is rounded to what is read easily.
            step="any"
            value={Number.isFinite(typed) ? typed : slider.min}
            aria-label={`${feature.name}, slider`}
            aria-valuetext={state.missing ? "missing" : state.text}
            onInput={({ currentTarget }) => type(slider.format(Number(currentTarget.value)))}
          />
          <span>{slider.min}</span>
          <span>{slider.max}</span>
        </div>
      )}
      <input
        id={id}
        class="feature-number"
        type="text"
        inputMode="decimal"
        autoComplete="off"
        spellcheck={false}
        value={state.missing ? "" : state.text}
        placeholder={state.missing ? "missing" : ""}
        aria-describedby={describedBy}
        aria-invalid={invalid}
        onInput={({ currentTarget }) => type(currentTarget.value)}
      />
    </div>
  );
}
