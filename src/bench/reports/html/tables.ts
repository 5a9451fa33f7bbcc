import type { BenchResult, Round, TargetResult } from "../../result.ts";
import { figureColumns, figureLegend, figureRows } from "../figures.ts";
import { absent, count, factors, percent, significant } from "../numbers.ts";
import { type Content, type Markup, markup } from "../svg/markup.ts";
import { byNumberAndName, failuresOf, failureWords, hasFigures, measureWords, refusalText, serverHeader, shortName } from "../words.ts";
import { swatch } from "./plots.ts";

const nameWidth = 60;
/** Longer tables are folded: they are for looking things up. */
const openRows = 40;

/** A wide table scrolls by itself, with the keyboard too, and not the page. */
function scrolling(label: string, table: Markup): Markup {
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="${label}">${table}</div>`;
}

function folded(summary: string, rows: number, content: Markup): Markup {
  return markup`<details${rows <= openRows ? markup` open` : undefined}><summary>${summary}</summary>${content}</details>`;
}

export function figuresTable({ targets }: BenchResult): Markup {
  const rows = figureRows(targets, nameWidth).map(
    ({ position, name, figures, note }) =>
      markup`<tr><td class="number">${String(position + 1)}</td><th scope="row">${figures === undefined ? undefined : swatch(position)} ${name}</th>${
        figures === undefined
          ? markup`<td class="refused" colspan="${figureColumns.length}">${note}</td>`
          : figures.map((figure) => markup`<td class="number">${figure}</td>`)
      }</tr>`,
  );
  const table = markup`<table><caption class="hidden">Figures of each target</caption><thead><tr><th scope="col" class="number">#</th><th scope="col">target</th>${figureColumns.map(({ head }) => markup`<th scope="col" class="number">${head}</th>`)}</tr></thead><tbody>${rows}</tbody></table>`;
  return markup`${scrolling("Figures of each target", table)}<p class="note">${figureLegend}.</p>${troubles(targets)}`;
}

/** What went wrong, in numbers: of a refused target it is for finding the fault, and no rate is among it. */
function troubles(targets: readonly TargetResult[]): Content {
  const lines = targets.flatMap(({ name, total, refusal }, position) => {
    if (total === undefined || (refusal === undefined && failuresOf(total) === 0)) return [];
    const statuses = Object.entries(total.statuses).map(([status, times]) => `${count(times)} × status ${status}`);
    const failed = failuresOf(total) === 0 ? "none" : failureWords(total.failures);
    return [
      markup`<li>${String(position + 1)} ${shortName(name, nameWidth)}: failures ${failed}; all answers ${statuses.join(", ") || "none"}</li>`,
    ];
  });
  return lines.length === 0 ? undefined : markup`<ul class="troubles">${lines}</ul>`;
}

export function comparisonsTable(result: BenchResult): Markup | undefined {
  const { comparisons } = result;
  if (comparisons.length === 0) return undefined;
  const naming = byNumberAndName(result, nameWidth);
  const rows = comparisons.map(({ measure, first, second, ratio, interval, refusal, ratios }) => {
    const [factor, low, high] = factors([ratio ?? Number.NaN, ...(interval ?? [])]);
    return markup`<tr${refusal === undefined ? undefined : markup` class="faint"`}><th scope="row">${naming(first)} ÷ ${naming(second)}</th><td>${measureWords[measure]}</td><td class="number">${ratio === undefined ? absent : `${factor}×`}</td><td class="number">${interval === undefined ? absent : `${low}–${high}`}</td><td class="number">${count(ratios.length)}</td><td class="words">${refusal === undefined ? "yes" : `no: ${refusalText(refusal)}`}</td></tr>`;
  });
  const table = markup`<table><caption class="hidden">Comparisons of targets</caption><thead><tr><th scope="col">pair</th><th scope="col">measure</th><th scope="col" class="number">ratio</th><th scope="col" class="number">95 % interval</th><th scope="col" class="number">rounds</th><th scope="col">a difference is claimed</th></tr></thead><tbody>${rows}</tbody></table>`;
  return folded(`All comparisons (${count(comparisons.length)})`, comparisons.length, scrolling("Comparisons of targets", table));
}

interface RoundColumn {
  readonly head: string;
  readonly of: (round: Round) => string;
}

const roundColumns: readonly RoundColumn[] = [
  { head: "turn", of: ({ place }) => count(place + 1) },
  { head: "seconds", of: ({ seconds }) => significant(seconds) },
  { head: "answers", of: ({ answers }) => count(answers) },
  { head: "requests/s", of: ({ answersPerSecond }) => significant(answersPerSecond) },
  { head: "p50 ms", of: ({ latency }) => significant(latency.p50) },
  { head: "p99 ms", of: ({ latency }) => significant(latency.p99) },
  { head: "CPU µs", of: ({ cpuMicrosecondsPerAnswer: cpu }) => (cpu === undefined ? absent : significant(cpu)) },
  { head: "RSS MB", of: ({ residentMegabytes: memory }) => (memory === undefined ? absent : significant(memory)) },
  { head: "checked", of: ({ checked }) => count(checked) },
  { head: "client busy", of: ({ clientBusy }) => percent(clientBusy) },
];

/** Rounds of targets that have figures; the others' would be figures of errors. */
export function roundsTables({ targets }: BenchResult): Markup[] {
  return targets.flatMap((target, position) => {
    if (!hasFigures(target)) return [];
    const label = `Rounds of ${position + 1} ${target.name}`;
    const rows = target.rounds.map(
      (round) =>
        markup`<tr><th scope="row" class="number">${count(round.round + 1)}</th>${roundColumns.map(({ of }) => markup`<td class="number">${of(round)}</td>`)}</tr>`,
    );
    const table = markup`<table><caption class="hidden">${label}</caption><thead><tr><th scope="col" class="number">round</th>${roundColumns.map(({ head }) => markup`<th scope="col" class="number">${head}</th>`)}</tr></thead><tbody>${rows}</tbody></table>`;
    return [folded(label, target.rounds.length, scrolling(label, table))];
  });
}

/** One line for each target: the quick look at who answered. */
export function answeredTable({ targets }: BenchResult): Markup {
  const rows = targets.map(({ name, url, preflight, refusal }, position) => {
    const cells = [
      preflight === undefined ? absent : String(preflight.status),
      preflight === undefined ? absent : (serverHeader(preflight) ?? "none"),
      preflight === undefined ? absent : preflight.prediction || "none",
      preflight === undefined ? absent : preflight.keepsAlive ? "kept open" : "closed",
    ];
    return markup`<tr${refusal === undefined ? undefined : markup` class="refused"`}><td class="number">${String(position + 1)}</td><th scope="row">${name}</th><td class="words url">${url}</td>${cells.map((cell) => markup`<td class="words">${cell}</td>`)}</tr>`;
  });
  const heads = ["target", "URL", "status", "server header", "prediction", "connection"];
  const table = markup`<table><caption class="hidden">Who answered before the load</caption><thead><tr><th scope="col" class="number">#</th>${heads.map((head) => markup`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows}</tbody></table>`;
  return scrolling("Who answered before the load", table);
}
