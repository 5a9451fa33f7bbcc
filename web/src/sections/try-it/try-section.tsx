import { getDefaultModel, getModel } from "../../api/models.ts";
import { predict } from "../../api/predict.ts";
import { useResource } from "../../api/use-resource.ts";
import { ModelPicker } from "../../components/model-picker.tsx";
import { ResourceView } from "../../components/resource.tsx";
import { SectionTitle } from "../../components/section-title.tsx";

export interface TrySectionProps {
  /** Undefined for the default model. */
  readonly model: string | undefined;
  /** Undefined for the version that answers. */
  readonly version: string | undefined;
}

/** What a model says of a row. */
export function TrySection({ model, version }: TrySectionProps) {
  const answer = useResource(`try ${model} ${version}`, async (signal) => {
    const asked = model === undefined ? await getDefaultModel({ signal }) : await getModel(model, version, { signal });
    return asked?.example === undefined ? undefined : predict(asked.example, asked.name, version, { signal });
  });
  return (
    <>
      <SectionTitle title={model === undefined ? "Try it" : `Try ${model}`}>
        <ModelPicker section="try" model={model} />
      </SectionTitle>
      <ResourceView resource={answer} loading="Asking the model…" problem="The model could not be asked.">
        {(predicted) => <p>Its example row: {String(predicted?.prediction)}</p>}
      </ResourceView>
    </>
  );
}
