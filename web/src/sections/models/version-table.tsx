import type { HistoryReport } from "../../api/history.ts";
import type { ModelDetails } from "../../api/models.ts";
import type { StatsSummary } from "../../api/stats.ts";
import { Badge, type BadgeProps } from "../../components/badge.tsx";
import { NumberHeads } from "../../components/number-heads.tsx";
import { TableScroll } from "../../components/table-scroll.tsx";
import { formatCount, formatMilliseconds } from "../../format/numbers.ts";
import { formatRoute } from "../../state/router.ts";

export interface VersionTableProps {
  readonly model: ModelDetails;
  readonly history: HistoryReport | undefined;
  /** Of the last minutes; undefined where nobody asked the model. */
  readonly traffic: StatsSummary["models"][number] | undefined;
  /** Whether the server tells its figures. */
  readonly tells: boolean;
}

/** The versions that are loaded, what each does, and how it does it. */
export function VersionTable({ model, history, traffic, tells }: VersionTableProps) {
  const counted = (version: string) => traffic?.versions.find((other) => other.version === version);
  return (
    <section class="panel" aria-labelledby="versions">
      <h2 id="versions">Versions</h2>
      <TableScroll label="Versions">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Version</th>
              <th scope="col">Traffic</th>
              <NumberHeads titles={["Requests", "p50", "p99", "Errors"]} />
            </tr>
          </thead>
          <tbody>
            {model.versions.map((version) => {
              const { words, tone } = partOf(version, history?.traffic);
              const figures = counted(version);
              return (
                <tr key={version}>
                  <th scope="row">
                    <a
                      href={formatRoute({ section: "model", model: model.name, version })}
                      {...(version === model.version ? { "aria-current": "true" as const } : {})}
                    >
                      {version}
                    </a>
                  </th>
                  <td>
                    <Badge tone={tone}>{words}</Badge>
                  </td>
                  <td class="number">{tells ? formatCount(figures?.requests ?? 0) : "–"}</td>
                  <td class="number">{formatMilliseconds(figures?.latencyMilliseconds.p50 ?? null)}</td>
                  <td class="number">{formatMilliseconds(figures?.latencyMilliseconds.p99 ?? null)}</td>
                  <td class="number">{tells ? formatCount((figures?.clientErrors ?? 0) + (figures?.serverErrors ?? 0)) : "–"}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </TableScroll>
      <p class="note">
        Of the last 15 minutes. The primary version answers requests that name none; a canary answers its share of them; a shadow gets a
        copy, and its answers are compared and thrown away. Operators decide that on the admin listener.
      </p>
    </section>
  );
}

function partOf(
  version: string,
  traffic: HistoryReport["traffic"] | undefined,
): { readonly words: string; readonly tone: NonNullable<BadgeProps["tone"]> } {
  if (traffic?.canary?.version === version) return { words: `canary, ${traffic.canary.percent} %`, tone: "warn" };
  if (traffic?.shadow === version) return { words: "shadow", tone: "accent" };
  if (traffic?.primary === version) return { words: "primary", tone: "good" };
  return { words: "none", tone: "plain" };
}
