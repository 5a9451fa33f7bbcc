import { ModelPicker } from "../../components/model-picker.tsx";
import { SectionTitle } from "../../components/section-title.tsx";

export interface LiveSectionProps {
  /** The model whose figures are shown; undefined for the server's. */
  readonly model: string | undefined;
}

/** What the server does right now, and did in the last minutes. */
export function LiveSection({ model }: LiveSectionProps) {
  return (
    <SectionTitle title={model === undefined ? "Live" : `Live: ${model}`}>
      <ModelPicker section="live" model={model} all="All models" />
    </SectionTitle>
  );
}
