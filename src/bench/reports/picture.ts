import type { BenchResult, Round, TargetResult } from "../result.ts";
import { noFiguresNote } from "./figures.ts";
import { significant, tick } from "./numbers.ts";
import { type Content, markup } from "./svg/markup.ts";
import { linearScale, type Scale } from "./svg/scales.ts";
import { neutral } from "./svg/series.ts";
import { columns, cut } from "./text.ts";
import { hasFigures, shortName, spread } from "./words.ts";

/** What a picture shows: both have a value of their own for each target. */
export type PictureMeasure = "answersPerSecond" | "cpuMicrosecondsPerAnswer";

const width = 720;
const top = 44;
const rowHeight = 34;
const barHeight = 20;
const characterWidth = 7.6;
const greatestNameColumns = 30;
/** For `100,000` and a gap. */
const figureWidth = 76;

const titles: Readonly<Record<PictureMeasure, { readonly title: string; readonly better: string }>> = {
  answersPerSecond: { title: "Requests per second", better: "more is better" },
  cpuMicrosecondsPerAnswer: { title: "CPU µs per request", better: "less is better" },
};

/**
 * A bar chart of one measure as a picture of its own, for a README: no background, and colours that are read on a light
 * page and on a dark one. A refused target has its reason where others have a bar.
 */
export function reportPicture({ targets }: BenchResult, { measure }: { readonly measure: PictureMeasure }): string {
  const { title, better } = titles[measure];
  const names = targets.map(({ name }) => cut(shortName(name, 200), greatestNameColumns));
  const left = Math.max(60, ...names.map((name) => columns(name) * characterWidth)) + 24;
  const rows = targets.map((target) => ({ target, value: figureOf(target, measure), range: rangeOf(target, measure) }));
  const scale = linearScale(Math.max(0, ...rows.flatMap(({ value, range }) => [value ?? 0, ...(range ?? [])])), left, width - figureWidth);
  const bottom = top + Math.max(1, rows.length) * rowHeight;
  const description = rows
    .map(({ target, value }, index) => `${names[index]}: ${value === undefined ? missing(target) : significant(value)}`)
    .join("; ");
  return `${
    markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom + 42}" width="${width}" height="${bottom + 42}" role="img" aria-labelledby="title text" font-family="system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="14" fill="${neutral.text}">
<title id="title">${title}</title>
<desc id="text">${description === "" ? "No target." : `${description}.`} Lines: least and greatest round.</desc>
<text x="0" y="20" font-size="16" font-weight="600">${title}<tspan font-size="13" font-weight="400" dx="10">${better}</tspan></text>
${scale.ticks.map((value) => markup`<line x1="${scale.place(value)}" x2="${scale.place(value)}" y1="${top - 6}" y2="${bottom}" stroke="${neutral.line}" stroke-opacity="0.3"/><text x="${scale.place(value)}" y="${bottom + 18}" font-size="12" text-anchor="middle">${tick(value)}</text>`)}
${rows.map(({ target, value, range }, index) => markup`<g transform="translate(0 ${top + index * rowHeight})"><text x="${left - 10}" y="19" text-anchor="end">${names[index]}</text>${value === undefined ? markup`<text x="${left + 8}" y="19" font-style="italic">${missing(target)}</text>` : bar(value, range, scale)}</g>`)}
<text x="0" y="${bottom + 38}" font-size="12">Bars: median of the rounds. Lines: least and greatest round.</text>
</svg>`.text
  }\n`;
}

function bar(value: number, range: readonly [number, number] | undefined, { place }: Scale): Content {
  const middle = 4 + barHeight / 2;
  const end = Math.max(place(value), place(range?.[1] ?? value));
  return [
    markup`<rect x="${place(0)}" y="4" width="${Math.max(1, place(value) - place(0))}" height="${barHeight}" rx="3" fill="${neutral.bar}"/>`,
    range === undefined || range[0] === range[1]
      ? undefined
      : [
          // Two strokes: what is seen on the bar is not seen on the page.
          markup`<path d="M${place(range[0])} ${middle - 4}v8M${place(range[0])} ${middle}H${place(value)}" fill="none" stroke="${neutral.onBar}" stroke-width="1.5"/>`,
          markup`<path d="M${place(value)} ${middle}H${place(range[1])}M${place(range[1])} ${middle - 4}v8" fill="none" stroke="${neutral.text}" stroke-width="1.5"/>`,
        ],
    markup`<text x="${end + 8}" y="19" font-weight="600">${significant(value)}</text>`,
  ];
}

function figureOf(target: TargetResult, measure: PictureMeasure): number | undefined {
  return hasFigures(target) ? target.total[measure] : undefined;
}

function rangeOf(target: TargetResult, measure: PictureMeasure): readonly [number, number] | undefined {
  return hasFigures(target) ? spread(target.rounds.map((round: Round) => round[measure])) : undefined;
}

function missing(target: TargetResult): string {
  return noFiguresNote(target) || "not measured";
}
