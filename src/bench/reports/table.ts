import type { BenchResult, TargetResult } from "../result.ts";
import { figureColumns, figureLegend, figureRows } from "./figures.ts";
import { duration } from "./numbers.ts";
import { type Paint, paint } from "./terminal.ts";
import { columns, cut, padEnd, padStart, printable, wrap } from "./text.ts";
import {
  byNumber,
  claims,
  dateWords,
  failuresOf,
  failureWords,
  machineWords,
  nameAndUrl,
  noiseWords,
  preflightFacts,
  refusalText,
  refusedComparisons,
  roundsWords,
  settingFacts,
} from "./words.ts";

const leastWidth = 40;
const leastNameWidth = 8;
const greatestNameWidth = 40;
const gap = "  ";

/** Everything that a reader at a terminal wants to know, at most `width` columns wide. */
export function reportTable(result: BenchResult, { color, width }: { readonly color: boolean; readonly width: number }): string {
  const page = { look: paint(color), width: Number.isFinite(width) ? Math.max(leastWidth, Math.floor(width)) : leastWidth * 2 };
  const sections = [
    section(page, "Who answered", whoAnswered(result, page)),
    section(page, `Figures (${roundsWords(result)}, ${result.settings.connections} connections)`, figures(result, page)),
    section(page, "Comparisons", comparisons(result, page)),
    section(
      page,
      "Warnings",
      result.warnings.flatMap((warning) => item(page, "!", printable(warning), "yellow")),
    ),
    section(page, "How it was measured", measurement(result, page)),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

interface Page {
  readonly look: Paint;
  readonly width: number;
}

function section({ look, width }: Page, title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [...wrap(title, width).map((line) => look("bold", line)), ...lines];
}

/** A paragraph whose further lines stand below the first one's text. */
function item({ look, width }: Page, mark: string, text: string, style?: Parameters<Paint>[0]): string[] {
  const indent = columns(mark) + 3;
  return wrap(text, width - indent).map((line, index) => {
    const start = index === 0 ? `  ${mark} ` : " ".repeat(indent);
    return start + (style === undefined ? line : look(style, line));
  });
}

function whoAnswered({ targets }: BenchResult, page: Page): string[] {
  if (targets.length === 0) return item(page, "–", "no target");
  const mark = String(targets.length).length;
  return targets.flatMap((target, position) => {
    const [first = "", ...more] = item(page, padStart(byNumber(position), mark), nameAndUrl(target, "  "));
    const inner = " ".repeat(mark);
    return [
      page.look("bold", first),
      ...more,
      ...(target.refusal === undefined ? [] : item(page, inner, `REFUSED: ${refusalText(target.refusal)}`, "red")),
      ...(target.preflight === undefined ? [] : item(page, inner, preflightLine(target))),
      ...(target.started === undefined ? [] : item(page, inner, startedWords(target.started), "dim")),
    ];
  });
}

function preflightLine({ preflight }: TargetResult): string {
  if (preflight === undefined) return "";
  return preflightFacts(preflight)
    .map(({ term, value }) => `${term} ${value}`)
    .join(" · ");
}

function startedWords({ command, milliseconds }: NonNullable<TargetResult["started"]>): string {
  return `started in ${duration(milliseconds / 1000)}: ${printable(command)}`;
}

function figures({ targets }: BenchResult, page: Page): string[] {
  if (targets.length === 0) return [];
  const rows = figureRows(targets, greatestNameWidth);
  const widths = figureColumns.map(({ head }, column) =>
    Math.max(columns(head), ...rows.map(({ figures }) => columns(figures?.[column] ?? ""))),
  );
  const numberWidth = String(targets.length).length;
  const taken = 2 + numberWidth + gap.length + widths.reduce((sum, width) => sum + width + gap.length, 0);
  const nameWidth = Math.min(page.width - taken, Math.max(6, ...rows.map(({ name }) => columns(name))));
  const body = nameWidth < Math.min(leastNameWidth, ...rows.map(({ name }) => columns(name))) ? stacked(rows, page) : undefined;
  if (body !== undefined) return [...body, ...notes(targets, page)];

  const line = (number: string, name: string, cells: readonly string[]): string =>
    `  ${[padStart(number, numberWidth), padEnd(cut(name, nameWidth), nameWidth), ...cells].join(gap)}`;
  return [
    page.look(
      "dim",
      line(
        "",
        "target",
        figureColumns.map(({ head }, column) => padStart(head, widths[column] ?? 0)),
      ),
    ),
    ...rows.map(({ position, name, figures, note }) =>
      figures === undefined
        ? line(byNumber(position), name, [page.look("red", note)])
        : line(
            byNumber(position),
            name,
            figures.map((figure, column) => padStart(figure, widths[column] ?? 0)),
          ),
    ),
    ...notes(targets, page),
  ];
}

/** Where the columns do not fit side by side: a block for each target, a line for each figure. */
function stacked(rows: ReturnType<typeof figureRows>, { look, width }: Page): string[] {
  const heads = Math.max(...figureColumns.map(({ head }) => columns(head)));
  return rows.flatMap(({ position, name, figures, note }) => [
    look("bold", `  ${byNumber(position)} ${cut(name, width - 6)}`),
    ...(figures === undefined
      ? [`    ${look("red", note)}`]
      : figures.map((figure, column) => `    ${padEnd(figureColumns[column]?.head ?? "", heads)}  ${figure}`)),
  ]);
}

function notes(targets: readonly TargetResult[], page: Page): string[] {
  const failed = targets.flatMap(({ total, refusal }, position) =>
    total === undefined || refusal !== undefined || failuresOf(total) === 0
      ? []
      : item(page, "!", `${byNumber(position)} failed: ${failureWords(total.failures)}`, "red"),
  );
  return [...failed, ...wrap(figureLegend, page.width - 2).map((line) => page.look("dim", `  ${line}`))];
}

function comparisons(result: BenchResult, page: Page): string[] {
  const noise = noiseWords(result, byNumber);
  return [
    ...claims(result, byNumber).flatMap((claim) => item(page, "•", claim)),
    ...refusedComparisons(result, byNumber).flatMap(({ subject, refusal }) =>
      item(page, "–", `${subject}: ${refusalText(refusal)}`, "dim"),
    ),
    ...(noise === undefined ? [] : item(page, "±", noise, "dim")),
  ];
}

function measurement(result: BenchResult, page: Page): string[] {
  const facts = [
    ...settingFacts(result),
    { term: "machine", value: machineWords(result.machine) },
    { term: "date", value: `${dateWords(result.date)}, setosa ${printable(result.version)}` },
    { term: "again", value: printable(result.command) },
  ];
  const width = Math.max(...facts.map(({ term }) => columns(term)));
  return facts.flatMap(({ term, value }) =>
    wrap(value, page.width - width - 4).map((line, index) => `  ${page.look("dim", padEnd(index === 0 ? term : "", width))}  ${line}`),
  );
}
