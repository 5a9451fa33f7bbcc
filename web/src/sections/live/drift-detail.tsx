import { type Comparison, type FeatureReport, getMonitoring, type MonitoringReport } from "../../api/monitoring.ts";
import { useResource } from "../../api/use-resource.ts";
import { Badge } from "../../components/badge.tsx";
import { TableScroll } from "../../components/table-scroll.tsx";
import { formatCount } from "../../format/numbers.ts";
import { formatDuration } from "../../format/times.ts";
import { DistributionBars } from "./distribution-bars.tsx";
import { byDrift, driftWords } from "./drift-words.ts";

const everyMilliseconds = 5000;

/** Each feature of a model, and what it answers: as it is now, beside training. */
export function DriftDetail({ model }: { readonly model: string }) {
  const { value, error } = useResource(`monitoring ${model}`, (signal) => getMonitoring(model, { signal }), { every: everyMilliseconds });
  if (value === undefined)
    return error?.status === 404 ? (
      <p class="panel note">{error.hint === undefined ? error.message : `${error.message} ${error.hint}`}</p>
    ) : null;
  return (
    <section class="panel" aria-labelledby="drift">
      <h2 id="drift">Drift against training</h2>
      <p class="note">
        {formatCount(value.window.rows)} rows in the last {formatDuration(value.window.minutes * 60)}, beside{" "}
        {value.training === null
          ? "nothing: the model's file does not say what it was trained on"
          : `${formatCount(value.training.rows)} training rows`}
        .{value.training !== null && value.window.rows < 100 && " From 100 rows on they are compared."}
      </p>
      <DriftTable title="Features" first="Feature" parts={value.features.toSorted(byDrift)} report={value} />
      <DriftTable title="Predictions" first="Prediction" parts={value.predictions} report={value} />
    </section>
  );
}

interface DriftTableProps {
  readonly title: string;
  readonly first: string;
  readonly parts: readonly (Comparison & { readonly name: string })[];
  readonly report: MonitoringReport;
}

function DriftTable({ title, first, parts, report }: DriftTableProps) {
  if (parts.length === 0) return null;
  const isFeatures = parts.some((part) => "window" in part);
  return (
    <>
      <h3>{title}</h3>
      <TableScroll label={`${title}: drift`}>
        <table class="table drift-table">
          <thead>
            <tr>
              <th scope="col">{first}</th>
              <th scope="col">Drift</th>
              <th scope="col" class="number">
                <abbr title="Population stability index">PSI</abbr>
              </th>
              <th scope="col">Now beside training</th>
              <th scope="col">{isFeatures ? "Unlike training" : ""}</th>
            </tr>
          </thead>
          <tbody>
            {parts.map((part) => {
              const { words, tone } = driftWords(part);
              return (
                <tr key={part.name}>
                  <th scope="row">{part.name}</th>
                  <td>
                    <Badge tone={tone}>{words}</Badge>
                  </td>
                  <td class="number">{part.psi === null ? "–" : part.psi.toFixed(3)}</td>
                  <td>{part.distribution !== undefined && <DistributionBars name={part.name} distribution={part.distribution} />}</td>
                  <td>{"window" in part ? oddities((part as FeatureReport).window, report.window.rows) : ""}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </TableScroll>
    </>
  );
}

/** What training had never seen, in words. */
function oddities({ missing, belowMin, aboveMax, unseen, refused }: FeatureReport["window"], rows: number): string {
  const parts = [
    [missing, "missing"],
    [belowMin, "below the range"],
    [aboveMax, "above the range"],
    [unseen, "of a new category"],
    [refused, "refused"],
  ] as const;
  const found = parts.filter(([count]) => count > 0).map(([count, words]) => `${formatCount(count)} ${words}`);
  return found.length === 0 ? (rows === 0 ? "–" : "nothing") : found.join(", ");
}
