import type { HistoryReport } from "../../api/history.ts";
import { Badge, type BadgeProps } from "../../components/badge.tsx";
import { formatDateTime } from "../../format/times.ts";

type Change = HistoryReport["changes"][number];

/** What happened to the model, the newest first. */
export function HistoryList({ history }: { readonly history: HistoryReport }) {
  return (
    <section class="panel" aria-labelledby="history">
      <h2 id="history">History</h2>
      <ol class="history">
        {history.changes.map((change) => (
          <li key={`${change.time} ${change.kind} ${change.version}`}>
            <time dateTime={new Date(change.time).toISOString()}>{formatDateTime(change.time)}</time>
            <span>
              <Badge tone={tones[change.kind]}>{words[change.kind]}</Badge>
            </span>
            <span>{sentence(change)}</span>
          </li>
        ))}
      </ol>
      <p class="note">Since {formatDateTime(history.since)}, when the server started; older changes are in its log.</p>
    </section>
  );
}

const tones: Readonly<Record<Change["kind"], NonNullable<BadgeProps["tone"]>>> = {
  swapped: "accent",
  reloaded: "accent",
  loaded: "good",
  unloaded: "plain",
  failed: "bad",
  traffic: "warn",
};

const words: Readonly<Record<Change["kind"], string>> = {
  swapped: "swapped",
  reloaded: "reloaded",
  loaded: "loaded",
  unloaded: "unloaded",
  failed: "refused",
  traffic: "traffic",
};

function sentence({ kind, version, from, why }: Change): string {
  if (kind === "swapped") return `Version ${from} → ${version}: ${why}.`;
  if (kind === "traffic") return `${why}.`;
  return `${version === undefined ? "" : `Version ${version}: `}${why}${why.endsWith(".") ? "" : "."}`;
}
