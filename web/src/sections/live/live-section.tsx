import { useStats } from "../../api/use-stats.ts";
import { ModelPicker } from "../../components/model-picker.tsx";
import { ResourceView } from "../../components/resource.tsx";
import { SectionTitle } from "../../components/section-title.tsx";
import { formatDuration } from "../../format/times.ts";
import { DriftDetail } from "./drift-detail.tsx";
import { DriftOverview } from "./drift-overview.tsx";
import { ModelCharts } from "./model-charts.tsx";
import { ModelTable } from "./model-table.tsx";
import { ServerCharts } from "./server-charts.tsx";

export interface LiveSectionProps {
  /** The model whose figures are shown; undefined for the server's. */
  readonly model: string | undefined;
}

/** What the server does right now, and did in the last minutes. */
export function LiveSection({ model }: LiveSectionProps) {
  const stats = useStats();
  const { value } = stats;
  return (
    <>
      <SectionTitle title={model === undefined ? "Live" : `Live: ${model}`}>
        <ModelPicker section="live" model={model} all="All models" />
      </SectionTitle>
      {stats.error?.status === 404 && value === undefined ? (
        <p class="panel">
          This server does not tell its figures: it was started with <code>--no-metrics</code>.
        </p>
      ) : (
        <ResourceView resource={stats} loading="Asking for the last minutes…" problem="The figures could not be read.">
          {(all) => (
            <>
              <p class="note">
                {all.points.length === 0
                  ? `The first figures come within ${all.intervalSeconds} seconds.`
                  : `The last ${formatDuration(all.summary.seconds)}, a point every ${all.intervalSeconds} seconds; at most ${formatDuration(all.windowSeconds)} are kept.`}
              </p>
              {model === undefined ? <ServerCharts points={all.points} /> : <ModelCharts points={all.points} model={model} />}
              <ModelTable stats={all} model={model} />
            </>
          )}
        </ResourceView>
      )}
      {model === undefined ? <DriftOverview /> : <DriftDetail model={model} />}
    </>
  );
}
