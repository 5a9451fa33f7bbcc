import { significant } from "../../src/bench/reports/numbers.ts";
import { type ContenderId, contenderNames } from "./contenders.ts";
import type { EngineResults, ModelResult } from "./results.ts";
import { estimate, median, ratios } from "./statistics.ts";
import type { Rounds } from "./timing.ts";

/** The Markdown of a run. */
export function engineReport(results: EngineResults): string {
  return [
    "# Engine benchmark",
    "",
    `${results.machine}; ${Object.entries(results.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", ")}; commit ${results.commit}; \`${results.command}\`.`,
    "",
    ...results.models.flatMap(modelTable),
  ].join("\n");
}

function modelTable(result: ModelResult): string[] {
  const { model, info, one, many, absent } = result;
  const ids = (Object.keys(contenderNames) as ContenderId[]).filter((id) => one[id] !== undefined);
  return [
    `### ${model}`,
    "",
    `${info.nodes === undefined ? "" : `${info.nodes} nodes, ${info.steps} comparisons a row. `}Batches of ${info.rows} rows.`,
    "",
    "| contender | one row | ÷ Setosa | batch, per row | ÷ Setosa |",
    "| --- | ---: | ---: | ---: | ---: |",
    ...ids.map((id) => `| ${contenderNames[id]} | ${cells(one, id)} | ${cells(many, id)} |`),
    "",
    ...Object.entries(absent).map(([id, why]) => `Absent: ${contenderNames[id as ContenderId] ?? id}: ${why}.\n`),
  ];
}

function cells(rounds: Rounds, id: ContenderId): string {
  const own = rounds[id];
  const reference = rounds["node predictRaw"] ?? rounds["node predict"] ?? [];
  if (own === undefined) return " | ";
  const { median: ratio, low, high } = estimate(ratios(reference, own));
  return `${significant(median(own), 3)} | ${ratio.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}
