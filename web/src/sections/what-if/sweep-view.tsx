import { useId, useMemo, useState } from "preact/hooks";
import type { Kernel } from "../../answers/kernel.ts";
import type { ModelDetails } from "../../api/models.ts";
import { Loading } from "../../components/loading.tsx";
import { Problem } from "../../components/problem.tsx";
import { FeatureField } from "../../form/feature-field.tsx";
import { fieldKind, type RowValue } from "../../form/fields.ts";
import type { Form } from "../../form/use-form.ts";
import { ChoiceBars } from "./choice-bars.tsx";
import { NumberCurves } from "./number-curves.tsx";
import { type Curves, curvesOf } from "./series.ts";
import { type Sweep, sweepOf } from "./sweep.ts";
import { SweepTable } from "./sweep-table.tsx";
import { useSweep } from "./use-sweep.ts";

export interface SweepViewProps {
  readonly model: ModelDetails;
  readonly version: string | undefined;
  readonly form: Form;
  readonly kernel: Kernel | undefined;
}

/** One feature over its range: curves of a number, bars of a category. */
export function SweepView({ model, version, form, kernel }: SweepViewProps) {
  const id = useId();
  const [chosen, setChosen] = useState<string>();
  const index = Math.max(
    model.features.findIndex(({ name }) => name === chosen),
    0,
  );
  const feature = model.features[index];
  const { row } = form;
  const asked = useMemo(() => {
    if (row === undefined || feature === undefined) return undefined;
    const sweep = sweepOf(feature, row[feature.name] ?? null);
    return sweep === undefined ? undefined : { sweep, row };
  }, [row, feature]);
  const { sweep, answers, error } = useSweep(model, version, asked, kernel);
  const curves = useMemo(() => (answers === undefined ? [] : curvesOf(model.task, answers)), [answers, model]);
  const [output, setOutput] = useState<string>();
  if (feature === undefined) return <p>The model has no features.</p>;
  const shown = curves.find((one) => one.output === output) ?? curves[0];
  const current = row?.[feature.name] ?? null;
  return (
    <section class="panel sweep" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>What if {feature.name} were another</h2>
      <div class="sweep-choices">
        <label for={`${id}-feature`}>Feature</label>
        <select id={`${id}-feature`} value={feature.name} onChange={({ currentTarget }) => setChosen(currentTarget.value)}>
          {model.features.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        {curves.length > 1 && (
          <>
            <label for={`${id}-output`}>Output</label>
            <select id={`${id}-output`} value={shown?.output} onChange={({ currentTarget }) => setOutput(currentTarget.value)}>
              {curves.map((one) => (
                <option key={one.output}>{one.output}</option>
              ))}
            </select>
          </>
        )}
      </div>
      {fieldKind(feature) === "text" && <p class="note">A text has no range to go over: choose another feature.</p>}
      {form.broken !== undefined && (
        <p class="problem">{`${form.broken.name} has no value that can be predicted with: see the row below.`}</p>
      )}
      {error !== undefined && <Problem error={error} title="The values could not be predicted." />}
      {asked !== undefined && answers === undefined && error === undefined && <Loading what="Predicting…" />}
      {sweep !== undefined &&
        sweep.feature.name === feature.name &&
        answers !== undefined &&
        shown !== undefined &&
        asked !== undefined && <SweepPicture sweep={sweep} curves={shown} current={current} form={form} index={index} />}
      <FeatureField
        feature={feature}
        state={form.state[index] ?? { text: "", missing: false }}
        error={undefined}
        change={(field) => form.change(index, field)}
      />
    </section>
  );
}

interface PictureProps {
  readonly sweep: Sweep;
  readonly curves: Curves;
  readonly current: RowValue;
  readonly form: Form;
  readonly index: number;
}

function SweepPicture({ sweep, curves, current, form, index }: PictureProps) {
  const choose = (value: RowValue) =>
    form.change(index, value === null ? { text: form.state[index]?.text ?? "", missing: true } : { text: String(value), missing: false });
  return (
    <>
      {sweep.kind === "numbers" ? (
        <NumberCurves sweep={sweep} curves={curves} current={current} choose={choose} />
      ) : (
        <ChoiceBars sweep={sweep} curves={curves} current={current} choose={choose} />
      )}
      {curves.all > curves.series.length && (
        <p class="note">{`The ${curves.series.length} of ${curves.all} classes that rise highest; the table has what is predicted.`}</p>
      )}
      <SweepTable sweep={sweep} curves={curves} />
    </>
  );
}
