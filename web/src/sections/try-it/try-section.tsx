import { useMemo } from "preact/hooks";
import { LiveAnswers, useServerAnswer } from "../../answers/live-answers.tsx";
import { useKernel } from "../../answers/use-kernel.ts";
import { apiKey } from "../../api/api-key.ts";
import type { ModelDetails } from "../../api/models.ts";
import { ModelPicker } from "../../components/model-picker.tsx";
import { ResourceView } from "../../components/resource.tsx";
import { SectionTitle } from "../../components/section-title.tsx";
import { RowForm } from "../../form/row-form.tsx";
import { useForm } from "../../form/use-form.ts";
import { useModel } from "../../form/use-model.ts";
import { useStore } from "../../state/store.ts";
import { CsvView } from "./csv/csv-view.tsx";
import { serverOrigin } from "./origin.ts";
import type { Call } from "./snippets/snippets.ts";
import { SnippetsView } from "./snippets/snippets-view.tsx";
import { TensorView } from "./tensors/tensor-view.tsx";
import "./try-it.css";

export interface TrySectionProps {
  /** Undefined for the default model. */
  readonly model: string | undefined;
  /** Undefined for the version that answers. */
  readonly version: string | undefined;
}

/** A form for a row, and what the model says of it. */
export function TrySection({ model, version }: TrySectionProps) {
  const resource = useModel(model, version);
  return (
    <>
      <SectionTitle title={model === undefined ? "Try it" : `Try ${model}`}>
        <ModelPicker section="try" model={model ?? resource.value?.name} />
      </SectionTitle>
      <ResourceView resource={resource} loading="Reading the model…" problem="The model could not be read.">
        {(details) =>
          details === undefined ? (
            <p>No model is loaded.</p>
          ) : details.task === "tensors" ? (
            <TensorView model={details} version={version} />
          ) : (
            <TryRow model={details} version={version} />
          )
        }
      </ResourceView>
    </>
  );
}

interface TryRowProps {
  readonly model: ModelDetails;
  /** As the address names it. */
  readonly version: string | undefined;
}

function TryRow({ model, version }: TryRowProps) {
  const form = useForm(model);
  const server = useServerAnswer(model, version, form.row);
  const browser = useKernel(model);
  const key = useStore(apiKey);
  const { row } = form;
  const call = useMemo<Call | undefined>(
    () => (row === undefined ? undefined : { origin: serverOrigin(), model: model.name, version, row, keyed: key !== undefined }),
    [row, model, version, key],
  );
  return (
    <>
      <p class="lead">
        Move a slider, and <strong>{model.name}</strong> {model.version} predicts as you go.
      </p>
      <div class="try">
        <div class="panel">
          <RowForm model={model} form={form} error={server.error} />
        </div>
        <div class="panel try-answers">
          <LiveAnswers model={model} row={row} server={server} browser={browser} />
        </div>
      </div>
      {call !== undefined && <SnippetsView call={call} />}
      <CsvView model={model} version={version} />
    </>
  );
}
