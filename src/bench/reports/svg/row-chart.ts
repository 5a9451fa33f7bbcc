import { cut } from "../text.ts";
import { type Content, type Markup, markup } from "./markup.ts";
import type { Scale } from "./scales.ts";

/** Width of every plot in its own units; a page scales it. */
export const plotWidth = 440;
export const rowMargin = 10;
const rowHeight = 46;
const bandTop = 22;
const bandHeight = 18;
const lineTop = bandTop - 1;
const lineHeight = bandHeight + 4;
const axisHeight = 40;
/** Of the plots' text, which is larger on a phone: a character is at most about this wide. */
const characterWidth = 8.2;

/** One line of a chart: a label and a figure, and below them the marks along the axis. */
export interface ChartRow {
  readonly label: string;
  readonly figure: string;
  /** Position of the colour. */
  readonly series: number;
  readonly bar?: number;
  /** One mark for each round, from top to bottom. */
  readonly dots?: readonly { readonly value: number; readonly title: string }[];
  readonly interval?: readonly [low: number, high: number];
  readonly middle?: number;
  /** Marks that claim nothing. */
  readonly faint?: boolean;
}

export interface RowChart {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  /** What somebody who does not see it should know of it. */
  readonly description: string;
  readonly rows: readonly ChartRow[];
  readonly scale: Scale;
  readonly tick: (value: number) => string;
  readonly axis: string;
  /** A value from which rows are told to differ, drawn over all of them. */
  readonly reference?: number;
  /** What is within chance. */
  readonly band?: readonly [low: number, high: number];
}

/** Rows below each other have room for long names, for many targets, and on a phone. */
export function rowChart({ id, title, description, rows, scale, tick, axis, reference, band }: RowChart): Markup {
  const bottom = rows.length * rowHeight + 4;
  const { place } = scale;
  return markup`<svg class="plot" viewBox="0 0 ${plotWidth} ${bottom + axisHeight}" role="img" aria-labelledby="${id}-title ${id}-text">
<title id="${id}-title">${title}</title><desc id="${id}-text">${description}</desc>
${scale.ticks.map((value) => markup`<path class="grid" d="${throughBands(place(value), rows.length)}"/><text class="tick" x="${place(value)}" y="${bottom + 16}" text-anchor="${anchor(place(value))}">${tick(value)}</text>`)}
${band === undefined ? undefined : rows.map((_, index) => markup`<rect class="chance" x="${place(band[0])}" y="${index * rowHeight + lineTop}" width="${place(band[1]) - place(band[0])}" height="${lineHeight}"/>`)}
${reference === undefined ? undefined : markup`<path class="reference" d="${throughBands(place(reference), rows.length)}"/>`}
<text class="tick" x="${plotWidth - rowMargin}" y="${bottom + 34}" text-anchor="end">${axis}</text>
${rows.map((row, index) => markup`<g class="row c${row.series}${row.faint ? " faint" : ""}" transform="translate(0 ${index * rowHeight})">${rowMarks(row, place)}</g>`)}
</svg>`;
}

/** A vertical line, interrupted where the rows have their labels. */
function throughBands(x: number, rows: number): string {
  return Array.from({ length: rows }, (_, index) => `M${x.toFixed(2)} ${index * rowHeight + lineTop}v${lineHeight}`).join("");
}

/** Ticks at the edges would be cut off. */
function anchor(x: number): string {
  return x < rowMargin + 4 ? "start" : x > plotWidth - rowMargin - 4 ? "end" : "middle";
}

function rowMarks({ label, figure, bar, dots = [], interval, middle }: ChartRow, place: Scale["place"]): Content {
  const center = bandTop + bandHeight / 2;
  const room = Math.floor((plotWidth - 2 * rowMargin) / characterWidth) - figure.length - 1;
  // The first dot is the first round.
  const height = (index: number): number =>
    bandTop + 3 + (dots.length < 2 ? bandHeight / 2 - 3 : ((bandHeight - 6) * index) / (dots.length - 1));
  const radius = dots.length > 60 ? 2 : 3;
  return [
    markup`<text class="label" x="${rowMargin}" y="16">${cut(label, Math.max(8, room))}</text><text class="figure" x="${plotWidth - rowMargin}" y="16" text-anchor="end">${figure}</text>`,
    bar === undefined
      ? undefined
      : markup`<rect class="bar" x="${place(0)}" y="${bandTop + 1}" width="${Math.max(1, place(bar) - place(0))}" height="${bandHeight - 2}" rx="2"/>`,
    dots.map(
      ({ value, title }, index) =>
        markup`<circle class="dot" cx="${place(value)}" cy="${height(index)}" r="${radius}"><title>${title}</title></circle>`,
    ),
    interval === undefined
      ? undefined
      : markup`<path class="interval" d="M${place(interval[0])} ${center - 5}v10M${place(interval[0])} ${center}H${place(interval[1])}M${place(interval[1])} ${center - 5}v10"/>`,
    middle === undefined
      ? undefined
      : markup`<line class="middle" x1="${place(middle)}" x2="${place(middle)}" y1="${bandTop - 2}" y2="${bandTop + bandHeight + 2}"/>`,
  ];
}
