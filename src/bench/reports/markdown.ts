import type { BenchResult, TargetResult } from "../result.ts";
import { figureColumns, figureLegend, figureRows } from "./figures.ts";
import { duration } from "./numbers.ts";
import { printable } from "./text.ts";
import {
  byNumber,
  byNumberAndName,
  claims,
  dateWords,
  failuresOf,
  failureWords,
  machineWords,
  nameAndUrl,
  noiseWords,
  preflightFacts,
  refusedComparisons,
  settingFacts,
} from "./words.ts";

const nameWidth = 60;

/** The same as the terminal's report, as GitHub's Markdown: without a title of its own, headings of the third level. */
export function reportMarkdown(result: BenchResult): string {
  const { targets, warnings } = result;
  const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ["Figures", figures(targets)],
    ["Comparisons", comparisons(result)],
    ["Warnings", warnings.map((warning) => `- ${asText(warning)}`)],
    ["Who answered", targets.flatMap(whoAnswered)],
    ["How it was measured", measurement(result)],
  ];
  return `${sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => `### ${title}\n\n${lines.join("\n")}`)
    .join("\n\n")}\n`;
}

function figures(targets: readonly TargetResult[]): string[] {
  if (targets.length === 0) return ["No target."];
  const notes = targets.flatMap(({ refusal, total }, position) => {
    if (refusal !== undefined) return [`- ${byNumber(position)} is refused: ${asText(refusal.message)} (${code(refusal.code)})`];
    if (total === undefined || failuresOf(total) === 0) return [];
    return [`- ${byNumber(position)} failed: ${asText(failureWords(total.failures))}`];
  });
  return [
    row(["", "target", ...figureColumns.map(({ head }) => head)]),
    row(["--:", ":--", ...figureColumns.map(() => "--:")]),
    ...figureRows(targets, nameWidth).map(({ position, name, figures, note }) =>
      // The reason has a column of its own, so that no figure is where a rate would be.
      row([byNumber(position), asText(figures === undefined ? `${name} – ${note}` : name), ...(figures ?? figureColumns.map(() => ""))]),
    ),
    "",
    `${asText(figureLegend)}.`,
    ...(notes.length === 0 ? [] : ["", ...notes]),
  ];
}

function comparisons(result: BenchResult): string[] {
  const naming = byNumberAndName(result, nameWidth);
  const noise = noiseWords(result, naming);
  return [
    ...claims(result, naming).map((claim) => `- ${asText(claim)}`),
    ...refusedComparisons(result, naming).map(
      ({ subject, refusal }) => `- ${asText(subject)}: ${asText(refusal.message)} (${code(refusal.code)})`,
    ),
    ...(noise === undefined ? [] : [`- ${asText(noise)}`]),
  ];
}

function whoAnswered(target: TargetResult, position: number): string[] {
  const { name, url, preflight, refusal, started } = target;
  const facts = preflight === undefined ? [] : preflightFacts(preflight).map(({ term, value }) => `${term} ${code(value)}`);
  return [
    `${position + 1}. ${nameAndUrl(target, "") === printable(url) ? "" : `${asText(name)} at `}${code(url)}`,
    ...(refusal === undefined ? [] : [`   - **refused**: ${asText(refusal.message)} (${code(refusal.code)})`]),
    ...(facts.length === 0 ? [] : [`   - ${facts.join(", ")}`]),
    ...(started === undefined ? [] : [`   - started in ${duration(started.milliseconds / 1000)}: ${code(started.command)}`]),
  ];
}

function measurement(result: BenchResult): string[] {
  return [
    ...settingFacts(result).map(({ term, value }) => `- ${term}: ${asText(value)}`),
    `- machine: ${asText(machineWords(result.machine))}`,
    `- date: ${asText(dateWords(result.date))}, setosa ${asText(result.version)}`,
    `- again: ${code(result.command)}`,
  ];
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** Text that Markdown shows as it stands: no markup, no HTML, no link, no mention of a person or an issue. */
function asText(text: string): string {
  return printable(text)
    .replace(/[\\`*_{}[\]<>|~#@&$]/g, (character) => (character === "@" || character === "#" ? `${character}\u2060` : `\\${character}`))
    .replace(/:\/\//g, ":\u2060//")
    .replace(/\bwww\./gi, (found) => `${found.slice(0, 3)}\u2060.`)
    .replace(/^([-+=]|\d+(?=[.)]\s))/, (start) => (/^\d/.test(start) ? `${start}\u2060` : `\\${start}`));
}

/** A code span whose fence is longer than any in the text. */
function code(text: string): string {
  const shown = printable(text);
  if (shown === "") return "–";
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const edge = /^`|`$/.test(shown) ? " " : "";
  return fence + edge + shown + edge + fence;
}
