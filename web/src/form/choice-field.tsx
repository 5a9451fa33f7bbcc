import { useState } from "preact/hooks";
import { choices, takesOthers } from "./fields.ts";
import type { InputProps } from "./number-field.tsx";

/** Values of options that are no categories: a category cannot hold NUL, and texts with one are compared as they are. */
const missingValue = "\0missing";
const otherValue = "\0other";

/** A select of the categories of training; another one may be typed where the model takes any. */
export function ChoiceField({ feature, state, id, describedBy, invalid, change }: InputProps) {
  const known = choices(feature).map(String);
  const [typing, setTyping] = useState(!known.includes(state.text));
  const isOther = !state.missing && (typing || !known.includes(state.text));
  const choose = (value: string) => {
    setTyping(value === otherValue);
    if (value === missingValue) change({ ...state, missing: true });
    else change({ text: value === otherValue ? "" : value, missing: false });
  };
  return (
    <div class="feature-inputs feature-choice">
      <select
        id={id}
        value={state.missing ? missingValue : isOther ? otherValue : state.text}
        aria-describedby={describedBy}
        aria-invalid={invalid}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
      >
        {known.map((choice) => (
          <option key={choice} value={choice}>
            {choice === "" ? "(empty text)" : choice}
          </option>
        ))}
        {feature.missing && <option value={missingValue}>missing</option>}
        {takesOthers(feature) && <option value={otherValue}>another…</option>}
      </select>
      {isOther && takesOthers(feature) && (
        <input
          type="text"
          autoComplete="off"
          value={state.text}
          aria-label={`${feature.name}, another category`}
          onInput={({ currentTarget }) => change({ text: currentTarget.value, missing: false })}
        />
      )}
    </div>
  );
}
