import { formatNumber } from "../../answers/prediction.ts";
import { tickText } from "../../charts/scale.ts";
import { Scrollable } from "../../components/scrollable.tsx";
import type { Curves } from "./series.ts";
import type { Sweep } from "./sweep.ts";

/** Lines of the table: a curve has more points than anybody reads. */
const mostLines = 25;

/** The same as numbers: for those who do not see the curves, and for those who want to know exactly. */
export function SweepTable({
  sweep: { feature, values, missing },
  curves: { series, scores, predictions },
}: {
  readonly sweep: Sweep;
  readonly curves: Curves;
}) {
  const step = Math.max(1, Math.ceil((values.length - 1) / (mostLines - 1)));
  const shown = [...values.keys()].filter((index) => index % step === 0 || index === values.length - 1);
  const lines = missing ? [...shown, values.length] : shown;
  return (
    <details class="sweep-table">
      <summary>As a table</summary>
      <Scrollable class="rows-scroll" label="The predictions as a table">
        <table class="rows">
          <thead>
            <tr>
              <th scope="col">{feature.name}</th>
              {predictions !== undefined && <th scope="col">prediction</th>}
              {series.map(({ label }) => (
                <th key={label} scope="col">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map((index) => {
              const value = values[index];
              return (
                <tr key={index}>
                  <th scope="row">{value === undefined ? "missing" : typeof value === "number" ? tickText(value) : String(value)}</th>
                  {predictions !== undefined && <td>{predictions[index]}</td>}
                  {series.map((one) => (
                    <td key={one.label}>{formatNumber(one.values[index] ?? Number.NaN, scores)}</td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scrollable>
    </details>
  );
}
