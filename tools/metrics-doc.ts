import { readFileSync, writeFileSync } from "node:fs";
import { buckets } from "../src/telemetry/metrics/buckets.ts";
import { definitionOf, metricNames } from "../src/telemetry/metrics/definitions.ts";
import { exposedLabels } from "../src/telemetry/metrics/exposition.ts";

/** Writes the tables of docs/metrics.md from the metrics' definitions; with --check only says whether they are up to date. */

const target = new URL("../docs/metrics.md", import.meta.url);
const [begin, end] = ["<!-- metrics: made by `npm run docs:metrics` -->", "<!-- end of metrics -->"];

function table(): string {
  const rows = metricNames.map((name) => {
    const definition = definitionOf(name);
    const labels = exposedLabels(definition)
      .map((label) => `\`${label}\``)
      .join(", ");
    const type = definition.buckets === undefined ? definition.type : `${definition.type} (${definition.buckets})`;
    return `| \`${name}\` | ${type} | ${labels} | ${definition.help} |`;
  });
  const bounds = Object.entries(buckets).map(([name, values]) => `| ${name} | ${[...values].join(", ")} |`);
  return [
    begin,
    "",
    "| metric | type | labels | |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
    "| buckets | upper bounds |",
    "| --- | --- |",
    ...bounds,
    "",
    end,
  ].join("\n");
}

/** The document with its tables made anew. */
function renewed(document: string): string {
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < 0) throw new Error(`docs/metrics.md has lost its markers: ${begin} … ${end}`);
  return document.slice(0, from) + table() + document.slice(to + end.length);
}

/** Without what a formatter changes: the widths of columns. */
function content(document: string): string {
  return document.replace(/ +/g, " ").replace(/-{3,}/g, "---");
}

const document = readFileSync(target, "utf8");
if (process.argv.includes("--check")) {
  if (content(document) !== content(renewed(document))) {
    console.error("docs/metrics.md is out of date: run npm run docs:metrics");
    process.exitCode = 1;
  }
} else writeFileSync(target, renewed(document));
