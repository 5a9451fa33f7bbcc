import { buckets } from "./buckets.ts";
import { type Definition, definitionOf, type MetricName, metricNames } from "./definitions.ts";
import type { SeriesSnapshot, Snapshot } from "./snapshot.ts";

export type ExpositionFormat = "text" | "openmetrics";

export const contentTypes: Readonly<Record<ExpositionFormat, string>> = {
  text: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/** OpenMetrics 1.0 for who asks for it by name, as Prometheus does; else the text format, which everything reads. */
export function expositionFormat(accept: string | null | undefined): ExpositionFormat {
  return /application\/openmetrics-text\s*(?:;\s*version=1\.0\.0\b|,|$)/i.test(accept ?? "") ? "openmetrics" : "text";
}

/** The labels of a metric once snapshots are merged. */
export function exposedLabels({ labels, across }: Definition): readonly string[] {
  return across === "worker" ? [...labels, "worker"] : labels;
}

/**
 * A merged snapshot as Prometheus reads it (text format 0.0.4, or OpenMetrics 1.0: the same lines, but that a counter's family has
 * no `_total` in its name and that the end is marked).
 */
export function expose({ metrics }: Snapshot, format: ExpositionFormat): string {
  const lines: string[] = [];
  for (const name of metricNames) {
    const series = metrics[name];
    if (series === undefined || series.length === 0) continue;
    const definition = definitionOf(name);
    const family = format === "openmetrics" && definition.type === "counter" ? name.replace(/_total$/, "") : name;
    lines.push(`# HELP ${family} ${escapeHelp(definition.help)}`, `# TYPE ${family} ${definition.type}`);
    for (const one of series) writeSeries(lines, name, definition, one);
  }
  if (format === "openmetrics") lines.push("# EOF");
  return `${lines.join("\n")}\n`;
}

function writeSeries(lines: string[], name: MetricName, definition: Definition, { labels, values }: SeriesSnapshot): void {
  const pairs = exposedLabels(definition).map((label, index) => `${label}="${escapeLabel(labels[index] ?? "")}"`);
  const set = pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
  if (definition.type !== "histogram") {
    lines.push(`${name}${set} ${values[0] ?? 0}`);
    return;
  }
  const bounds = buckets[definition.buckets ?? "duration"];
  const before = pairs.map((pair) => `${pair},`).join("");
  let count = 0;
  for (let index = 0; index <= bounds.length; index++) {
    count += values[index] ?? 0;
    lines.push(`${name}_bucket{${before}le="${canonical(bounds[index] ?? Number.POSITIVE_INFINITY)}"} ${count}`);
  }
  lines.push(`${name}_sum${set} ${values[bounds.length + 1] ?? 0}`, `${name}_count${set} ${count}`);
}

/** OpenMetrics wants a bound to look like a float, and a bound must not change with the format: `1.0`. */
function canonical(bound: number): string {
  if (bound === Number.POSITIVE_INFINITY) return "+Inf";
  return Number.isInteger(bound) ? `${bound}.0` : String(bound);
}

function escapeLabel(value: string): string {
  return value.replace(/[\\"\n]/g, (character) => (character === "\n" ? "\\n" : `\\${character}`));
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
