import type { BenchResult } from "../../result.ts";
import { count } from "../numbers.ts";
import { type Content, escapeMarkup, type Markup, markup } from "../svg/markup.ts";
import {
  byNumberAndName,
  claims,
  dateWords,
  hasFigures,
  machineWords,
  noiseWords,
  refusalText,
  refusedComparisons,
  roundsWords,
  settingFacts,
} from "../words.ts";
import { answers, definitions } from "./answered.ts";
import { plots } from "./plots.ts";
import { style } from "./style.ts";
import { answeredTable, comparisonsTable, figuresTable, roundsTables } from "./tables.ts";

/** Nothing is fetched and nothing runs, whatever a server has put into its answer. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** Targets up to four have this many comparisons. */
const greatestHeadline = 12;

/** A whole page in one file, for people: it needs no script, no network and no other file. */
export function reportHtml(result: BenchResult): string {
  const { targets } = result;
  const title = `Benchmark of ${targets.length} ${targets.length === 1 ? "endpoint" : "endpoints"}`;
  const body = [
    header(result, title),
    outcome(result),
    section("Figures", targets.length === 0 ? markup`<p>There was no target.</p>` : figuresTable(result)),
    plotsSection(result),
    targets.length === 0 ? undefined : section("Who answered", answeredTable(result), answers(result)),
    optional("Comparisons", comparisonsTable(result)),
    optional("Rounds", roundsTables(result)),
    measurement(result),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeMarkup(title)}</title>
<style>${style}</style>
</head>
<body>
${markup`${body}`.text}
</body>
</html>
`;
}

function section(title: string, ...content: readonly Content[]): Markup {
  return markup`<section><h2>${title}</h2>${content}</section>\n`;
}

function optional(title: string, content: Content): Content {
  return content === undefined || (Array.isArray(content) && content.length === 0) ? undefined : section(title, content);
}

function header(result: BenchResult, title: string): Markup {
  const { settings, date, version } = result;
  return markup`<header><h1>${title}</h1><p class="lead">${dateWords(date)} · ${roundsWords(result)} · ${String(settings.connections)} ${settings.connections === 1 ? "connection" : "connections"} · setosa ${version}</p></header>\n`;
}

/** What a reader came for, and right beside it what he must not believe. */
function outcome(result: BenchResult): Markup {
  const naming = byNumberAndName(result);
  const claimed = claims(headline(result), naming);
  // The refused ones have a box of their own.
  const unclaimed = refusedComparisons(headline(result), naming).filter(({ refusal }) => refusal.code !== "TARGET_REFUSED");
  const noise = noiseWords(result, naming);
  const rest = result.comparisons.length - headline(result).comparisons.length;
  const refused = result.targets.flatMap(({ refusal }, position) =>
    refusal === undefined ? [] : [markup`<li><strong>${naming(position)}</strong>: ${refusalText(refusal)}</li>`],
  );
  return markup`<section aria-label="Result">${
    claimed.length === 0 ? nothingClaimed(result) : markup`<ul class="claims">${claimed.map((claim) => markup`<li>${claim}</li>`)}</ul>`
  }${
    refused.length === 0
      ? undefined
      : markup`<div class="box bad"><h2>Refused: these targets are in no comparison and in no plot</h2><ul>${refused}</ul></div>`
  }${
    result.warnings.length === 0
      ? undefined
      : markup`<div class="box"><h2>Warnings</h2><ul>${result.warnings.map((warning) => markup`<li>${warning}</li>`)}</ul></div>`
  }${
    unclaimed.length === 0
      ? undefined
      : markup`<div class="unclaimed"><p>Not claimed:</p><ul>${unclaimed.map(({ subject, refusal }) => markup`<li>${subject}: ${refusalText(refusal)}</li>`)}</ul></div>`
  }${
    rest === 0
      ? undefined
      : markup`<p class="note">These are the comparisons with the first target; ${count(rest)} more are in the table of comparisons.</p>`
  }${noise === undefined ? undefined : markup`<p class="note">${noise}.</p>`}</section>\n`;
}

/** Of many comparisons, those with the first target that was measured come first, and the others in a table. */
function headline(result: BenchResult): BenchResult {
  const compared = result.comparisons.filter(({ refusal }) => refusal?.code !== "TARGET_REFUSED");
  const first = result.targets.findIndex(hasFigures);
  if (compared.length <= greatestHeadline || first < 0) return result;
  return { ...result, comparisons: result.comparisons.filter((one) => one.first === first || one.second === first) };
}

function nothingClaimed({ targets }: BenchResult): Markup {
  const measured = targets.filter(hasFigures).length;
  const why =
    measured === 0
      ? "No target was measured: there is nothing to compare."
      : measured === 1
        ? "One target was measured: there is nothing to compare it with."
        : "No difference between the targets may be claimed.";
  return markup`<p><strong>${why}</strong></p>`;
}

function plotsSection(result: BenchResult): Markup | undefined {
  const all = plots(result);
  return all.length === 0 ? undefined : section("Plots", markup`<div class="plots">${all}</div>`);
}

function measurement(result: BenchResult): Markup {
  const facts = [...settingFacts(result), { term: "machine", value: machineWords(result.machine) }];
  return section("How it was measured", definitions(facts), markup`<h3>The same again</h3><pre>${result.command}</pre>`);
}
