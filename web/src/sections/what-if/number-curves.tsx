import { formatNumber } from "../../answers/prediction.ts";
import { CurveChart } from "../../charts/curve-chart.tsx";
import { Legend } from "../../charts/legend.tsx";
import { type FeatureInfo, type RowValue, sliderOf } from "../../form/fields.ts";
import type { Curves } from "./series.ts";
import type { Sweep } from "./sweep.ts";

export interface SweepPictureProps {
  readonly sweep: Sweep;
  readonly curves: Curves;
  readonly current: RowValue;
  readonly choose: (value: RowValue) => void;
}

/** Curves over a number's range, one for each class, and what is said where the number is missing. */
export function NumberCurves({ sweep: { feature, values, missing }, curves, current, choose }: SweepPictureProps) {
  const { series, scores, predictions } = curves;
  const labels = series.map(({ label }) => label);
  const format = (value: number) => formatNumber(value, scores);
  const last = values.length;
  return (
    <>
      {series.length > 1 && <Legend labels={labels} />}
      {series.length === 0 ? (
        <p class="note">The model says a class and no numbers: the table has it for each value.</p>
      ) : (
        <CurveChart
          values={values as readonly number[]}
          series={series.map(({ label, values: curve }) => ({ label, values: curve.slice(0, last) }))}
          range={scores === "probabilities" ? [0, 1] : undefined}
          name={feature.name}
          current={typeof current === "number" ? current : undefined}
          trained={trainedOf(feature)}
          description={`${labels.join(", ")} over ${feature.name} from ${values[0]} to ${values[last - 1]}. The same numbers are in the table below.`}
          format={format}
          choose={(value) => choose(Number(sliderOf(feature)?.format(value) ?? value))}
        />
      )}
      {missing && (
        <p class="note">
          {`Where ${feature.name} is missing: ${predictions?.[last] ?? ""}${series
            .map(({ label, values: curve }) => `${predictions === undefined ? "" : ", "}${label} ${format(curve[last] ?? Number.NaN)}`)
            .join("")}.`}
        </p>
      )}
    </>
  );
}

function trainedOf({ min, max }: FeatureInfo): readonly [number, number] | undefined {
  return min === undefined || max === undefined ? undefined : [min, max];
}
