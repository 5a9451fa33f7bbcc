import { ModelPicker } from "../../components/model-picker.tsx";
import { SectionTitle } from "../../components/section-title.tsx";

export interface WhatIfSectionProps {
  /** Undefined for the default model. */
  readonly model: string | undefined;
  /** Undefined for the version that answers. */
  readonly version: string | undefined;
}

/** What a model says when one feature changes. */
export function WhatIfSection({ model }: WhatIfSectionProps) {
  return (
    <SectionTitle title={model === undefined ? "What if" : `What if: ${model}`}>
      <ModelPicker section="what-if" model={model} />
    </SectionTitle>
  );
}
