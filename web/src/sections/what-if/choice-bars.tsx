import { formatNumber } from "../../answers/prediction.ts";
import { Legend } from "../../charts/legend.tsx";
import type { SweepPictureProps } from "./number-curves.tsx";

/** Bars for each category: parts of one where they are probabilities, else each beside the largest. */
export function ChoiceBars({ sweep: { feature, values, missing }, curves, current, choose }: SweepPictureProps) {
  const { series, scores, predictions } = curves;
  const all = [...values, ...(missing ? [null] : [])];
  const most = scores === "probabilities" ? 1 : Math.max(...series.flatMap((one) => one.values.map(Math.abs)), Number.MIN_VALUE);
  return (
    <>
      {series.length > 1 && <Legend of="bars" labels={series.map(({ label }) => label)} />}
      <ul class="choice-bars" aria-label={`What is predicted for each ${feature.name}`}>
        {all.map((value, index) => (
          <li key={String(value)} class={value === current ? "choice-bar choice-bar-current" : "choice-bar"}>
            <button
              type="button"
              class="choice-name"
              aria-pressed={value === current}
              aria-label={`${value === null ? "missing" : value}: take it over`}
              onClick={() => choose(value)}
            >
              {value === null ? <em>missing</em> : String(value)}
            </button>
            <div class={scores === "probabilities" ? "choice-track choice-track-parts" : "choice-track"} aria-hidden="true">
              {series.map(({ label, values: numbers }, place) => (
                <span
                  key={label}
                  class={`choice-part choice-part-${place + 1}`}
                  style={{ width: `${((Math.abs(numbers[index] ?? 0) / most) * 100).toFixed(2)}%` }}
                />
              ))}
            </div>
            <span class="choice-text">
              {predictions?.[index] ?? ""}
              {series.length === 1 && ` ${formatNumber(series[0]?.values[index] ?? Number.NaN, scores)}`}
              {series.length > 1 && ` ${formatNumber(scoreOf(predictions?.[index], series, index), scores)}`}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Of the class that was predicted. */
function scoreOf(
  label: string | undefined,
  series: readonly { readonly label: string; readonly values: readonly number[] }[],
  index: number,
): number {
  const own = series.find((one) => one.label === label) ?? series[0];
  return own?.values[index] ?? Number.NaN;
}
