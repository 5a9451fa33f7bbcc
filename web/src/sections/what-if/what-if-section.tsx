import { LiveAnswers, useServerAnswer } from "../../answers/live-answers.tsx";
import { useKernel } from "../../answers/use-kernel.ts";
import type { ModelDetails } from "../../api/models.ts";
import { ModelPicker } from "../../components/model-picker.tsx";
import { ResourceView } from "../../components/resource.tsx";
import { SectionTitle } from "../../components/section-title.tsx";
import { RowForm } from "../../form/row-form.tsx";
import { useForm } from "../../form/use-form.ts";
import { useModel } from "../../form/use-model.ts";
import { formatRoute } from "../../state/router.ts";
import { ExplanationView } from "./explanation-view.tsx";
import { SweepView } from "./sweep-view.tsx";
import "./what-if.css";

export interface WhatIfSectionProps {
  /** Undefined for the default model. */
  readonly model: string | undefined;
  /** Undefined for the version that answers. */
  readonly version: string | undefined;
}

/** What a model says when one feature changes, and which features moved what it says now. */
export function WhatIfSection({ model, version }: WhatIfSectionProps) {
  const resource = useModel(model, version);
  return (
    <>
      <SectionTitle title={model === undefined ? "What if" : `What if: ${model}`}>
        <ModelPicker section="what-if" model={model ?? resource.value?.name} />
      </SectionTitle>
      <ResourceView resource={resource} loading="Reading the model…" problem="The model could not be read.">
        {(details) =>
          details === undefined ? (
            <p>No model is loaded.</p>
          ) : details.task === "tensors" ? (
            <p>
              {`${details.name} takes tensors: there is no feature to change. `}
              <a href={formatRoute({ section: "try", model: details.name, ...(version === undefined ? {} : { version }) })}>
                Try it with JSON.
              </a>
            </p>
          ) : (
            <WhatIfRow model={details} version={version} />
          )
        }
      </ResourceView>
    </>
  );
}

function WhatIfRow({ model, version }: { readonly model: ModelDetails; readonly version: string | undefined }) {
  const form = useForm(model);
  const server = useServerAnswer(model, version, form.row);
  const browser = useKernel(model);
  return (
    <>
      <p class="lead">
        One feature of <strong>{model.name}</strong> {model.version} over its range, with the others as they are in the row below.
      </p>
      <SweepView model={model} version={version} form={form} kernel={browser.kernel} />
      <ExplanationView model={model} version={version} row={form.row} />
      <section class="panel what-if-row" aria-labelledby="row-title">
        <h2 id="row-title">The row</h2>
        <div class="try">
          <RowForm model={model} form={form} error={server.error} />
          <div class="try-answers">
            <LiveAnswers model={model} row={form.row} server={server} browser={browser} />
          </div>
        </div>
      </section>
    </>
  );
}
