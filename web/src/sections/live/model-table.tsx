import type { Stats, Traffic } from "../../api/stats.ts";
import { Sparkline } from "../../components/charts/sparkline.tsx";
import { NumberHeads } from "../../components/number-heads.tsx";
import { TableScroll } from "../../components/table-scroll.tsx";
import { formatCount, formatMilliseconds, formatRate } from "../../format/numbers.ts";
import { formatDuration } from "../../format/times.ts";
import { formatRoute } from "../../state/router.ts";
import { requestRate } from "./point-series.ts";

export interface ModelTableProps {
  readonly stats: Stats;
  /** Its versions instead of all models. */
  readonly model: string | undefined;
}

/** Who was asked how much, and how fast it answered. */
export function ModelTable({ stats, model }: ModelTableProps) {
  const { summary, points } = stats;
  const title = `${model === undefined ? "By model" : "By version"}, last ${formatDuration(summary.seconds)}`;
  const versions = summary.models.find(({ name }) => name === model)?.versions ?? [];
  const rows = model === undefined ? summary.models.toSorted((one, other) => other.requests - one.requests) : versions;
  return (
    <section class="panel" aria-labelledby="by-model">
      <h2 id="by-model">{title}</h2>
      {rows.length === 0 ? (
        <p class="note">Nobody has asked for a prediction.</p>
      ) : (
        <TableScroll label={title}>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{model === undefined ? "Model" : "Version"}</th>
                {model === undefined && <th scope="col">Requests over time</th>}
                <NumberHeads titles={["Requests", "Per second", "Rows", "p50", "p99", "Errors"]} />
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={"name" in row ? row.name : row.version}>
                  <th scope="row">
                    {"name" in row ? <a href={formatRoute({ section: "live", model: row.name })}>{row.name}</a> : row.version}
                  </th>
                  {"name" in row && (
                    <td>
                      <Sparkline
                        label={`Requests per second of ${row.name}, over time`}
                        values={requestRate(points, row.name).values.map((value) => value ?? 0)}
                      />
                    </td>
                  )}
                  <Cells traffic={row} seconds={summary.seconds} />
                </tr>
              ))}
            </tbody>
          </table>
        </TableScroll>
      )}
    </section>
  );
}

function Cells({ traffic, seconds }: { readonly traffic: Traffic; readonly seconds: number }) {
  const { requests, rows, latencyMilliseconds, clientErrors, serverErrors } = traffic;
  return (
    <>
      <td class="number">{formatCount(requests)}</td>
      <td class="number">{formatRate(seconds > 0 ? requests / seconds : 0)}</td>
      <td class="number">{formatCount(rows)}</td>
      <td class="number">{formatMilliseconds(latencyMilliseconds.p50)}</td>
      <td class="number">{formatMilliseconds(latencyMilliseconds.p99)}</td>
      <td class="number">{formatCount(clientErrors + serverErrors)}</td>
    </>
  );
}
