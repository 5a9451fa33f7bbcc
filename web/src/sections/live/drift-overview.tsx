import { getModels } from "../../api/models.ts";
import { getMonitoring, type MonitoringReport } from "../../api/monitoring.ts";
import { useResource } from "../../api/use-resource.ts";
import { Badge } from "../../components/badge.tsx";
import { formatCount } from "../../format/numbers.ts";
import { formatRoute } from "../../state/router.ts";
import { byDrift, driftWords } from "./drift-words.ts";

const everyMilliseconds = 15_000;
/** Models that are asked one by one. */
const mostModels = 30;

/** Which models are asked something else than they were trained on. */
export function DriftOverview() {
  const models = useResource("drift-models", (signal) => getModels({ signal }));
  const names = [...new Set(models.value?.models.flatMap(({ name, state }) => (state === "ready" ? [name] : [])))];
  if (names.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="drift">
      <h2 id="drift">Drift against training</h2>
      <p class="note">What each model was asked in the last hour, beside the rows that it was trained on.</p>
      <ul class="drift-list">
        {names.slice(0, mostModels).map((name) => (
          <ModelDrift key={name} name={name} />
        ))}
      </ul>
    </section>
  );
}

function ModelDrift({ name }: { readonly name: string }) {
  const { value, error } = useResource(`monitoring ${name}`, (signal) => getMonitoring(name, { signal }), { every: everyMilliseconds });
  // Models of tensors are not monitored, and --no-monitoring turns it off for all.
  if (error !== undefined) return null;
  const drifting = value?.features.filter(({ drift }) => drift === "moderate" || drift === "large").sort(byDrift) ?? [];
  return (
    <li class="drift-item">
      <a href={formatRoute({ section: "live", model: name })}>{name}</a>
      <span class="note">{value === undefined ? "…" : `${formatCount(value.window.rows)} rows`}</span>
      <span class="badges">
        {value !== undefined && drifting.length === 0 && <NothingDrifts report={value} />}
        {drifting.slice(0, 4).map((feature) => {
          const { words, tone } = driftWords(feature);
          return (
            <Badge key={feature.name} tone={tone}>
              {feature.name}: {words}
            </Badge>
          );
        })}
        {drifting.length > 4 && <span class="note">and {drifting.length - 4} more</span>}
      </span>
    </li>
  );
}

/** What was not compared with anything cannot be said to stay as it was. */
function NothingDrifts({ report }: { readonly report: MonitoringReport }) {
  if (report.training === null) return <Badge>its file does not say what it was trained on</Badge>;
  if (report.features.every(({ drift }) => drift === null)) return <Badge>too few rows to say</Badge>;
  return <Badge tone="good">no drift</Badge>;
}
