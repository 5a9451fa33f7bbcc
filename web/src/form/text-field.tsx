import type { InputProps } from "./number-field.tsx";

/** A text of any kind: the model reads its words. */
export function TextField({ state, id, describedBy, invalid, change }: InputProps) {
  return (
    <textarea
      id={id}
      rows={3}
      value={state.missing ? "" : state.text}
      placeholder={state.missing ? "missing" : ""}
      aria-describedby={describedBy}
      aria-invalid={invalid}
      onInput={({ currentTarget }) => change({ text: currentTarget.value, missing: false })}
    />
  );
}
