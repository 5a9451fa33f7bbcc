import { reportMarkdown } from "../../src/bench/reports/markdown.ts";
import { count } from "../../src/bench/reports/numbers.ts";
import type { BenchResult } from "../../src/bench/result.ts";
import type { HeyRun } from "./hey.ts";

/** The case study's results as one Markdown page: the study's own commands first, then what can be said. */
export function summary(hey: readonly HeyRun[], results: Readonly<Record<string, BenchResult>>, command: string): string {
  return [
    "# Results of the case study",
    "",
    `Made by \`${command}\`; raw rounds are in the JSON files, plots in the HTML files.`,
    "",
    "## The study's own command",
    "",
    ...studyTable(hey),
    "",
    ...Object.entries(results).flatMap(([name, result]) => [`## ${name}`, "", reportMarkdown(result)]),
  ].join("\n");
}

/** What hey printed, beside what it was told. */
export function studyTable(runs: readonly HeyRun[]): string[] {
  return [
    "`hey -n 1000 -c 10`, once against each, as the study did: nothing pinned, no warm-up, no look at what comes back.",
    "",
    "| server | hey's requests/s | answers by status | errors |",
    "| --- | ---: | --- | --- |",
    ...runs.map(({ name, requestsPerSecond, statuses, errors }) => {
      const answers = Object.entries(statuses).map(([status, number]) => `${count(number)} × ${status}`);
      const failed = Object.values(errors).reduce((sum, number) => sum + number, 0);
      return `| ${name} | ${count(requestsPerSecond)} | ${answers.join(", ") || "none"} | ${failed === 0 ? "" : count(failed)} |`;
    }),
  ];
}
