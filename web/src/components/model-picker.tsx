import { getModels } from "../api/models.ts";
import { useResource } from "../api/use-resource.ts";
import { navigate } from "../state/router.ts";

export interface ModelPickerProps {
  readonly section: "try" | "what-if" | "live";
  readonly model: string | undefined;
  /** An entry for no model in particular, where the section has one: "All models". */
  readonly all?: string;
}

/** Changes the model that a section is about. */
export function ModelPicker({ section, model, all }: ModelPickerProps) {
  const { value } = useResource("models", (signal) => getModels({ signal }));
  const ready = value?.models.filter(({ state }) => state === "ready") ?? [];
  const names = [...new Set([...ready.map(({ name }) => name), ...(model === undefined ? [] : [model])])].sort();
  return (
    <label class="picker">
      <span>Model</span>
      <select
        value={model ?? ""}
        onChange={({ currentTarget }) => navigate({ section, ...(currentTarget.value === "" ? {} : { model: currentTarget.value }) })}
      >
        {(all !== undefined || model === undefined) && <option value="">{all ?? ""}</option>}
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
