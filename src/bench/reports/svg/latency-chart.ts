import { tick } from "../numbers.ts";
import { type Markup, markup } from "./markup.ts";
import { type CurvePoint, oneIn } from "./percentile-curve.ts";
import { plotWidth } from "./row-chart.ts";
import { logScale } from "./scales.ts";
import { colourIndex, dashOf } from "./series.ts";

const height = 360;
const left = 46;
/** For the numbers at the curves' ends. */
const right = plotWidth - 26;
const top = 10;
const bottom = height - 50;
const labelHeight = 13;
const labelCharacterWidth = 8.4;

export interface Curve {
  readonly position: number;
  readonly label: string;
  readonly points: readonly CurvePoint[];
}

interface LatencyChart {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** One or more, each with one point or more. */
  readonly curves: readonly Curve[];
}

const percentileTicks: readonly (readonly [label: string, share: number])[] = [
  ["0 %", 0],
  ["50 %", 0.5],
  ["90 %", 0.9],
  ["99 %", 0.99],
  ["99.9 %", 0.999],
  ["99.99 %", 0.9999],
  ["99.999 %", 0.99999],
  ["99.9999 %", 0.999999],
];

/** Latency by percentile: the slowest answers, which an average hides, have as much room as all others. */
export function latencyChart({ id, title, description, curves }: LatencyChart): Markup {
  const points = curves.flatMap((curve) => curve.points);
  const most = points.reduce((greatest, { share }) => Math.max(greatest, oneIn(share)), 10);
  const positive = points.map(({ milliseconds }) => milliseconds).filter((milliseconds) => milliseconds > 0);
  const y = logScale(
    positive.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    positive.reduce((a, b) => Math.max(a, b), 0),
    bottom,
    top,
  );
  const x = (share: number): number => left + ((right - left) * Math.log(oneIn(share))) / Math.log(most);
  const ends = spacedEnds(curves.map(({ points }) => y.place(points.at(-1)?.milliseconds ?? 0)));
  const marks = percentileTicks.filter(([, share]) => oneIn(share) <= most * 1.001);
  const labelled = marks.filter(([label, share], index) => {
    const before = marks[index - 1];
    // 50 % stands close to 0 % where there are many answers.
    return before === undefined || x(share) - x(before[1]) >= label.length * labelCharacterWidth;
  });
  return markup`<svg class="plot" viewBox="0 0 ${plotWidth} ${height}" role="img" aria-labelledby="${id}-title ${id}-text">
<title id="${id}-title">${title}</title><desc id="${id}-text">${description}</desc>
${y.ticks.map((value) => markup`<line class="grid" x1="${left}" x2="${right}" y1="${y.place(value)}" y2="${y.place(value)}"/><text class="tick" x="${left - 6}" y="${y.place(value) + 4}" text-anchor="end">${tick(value)}</text>`)}
${marks.map(([, share]) => markup`<line class="grid" x1="${x(share)}" x2="${x(share)}" y1="${top}" y2="${bottom}"/>`)}
${labelled.map(([label, share]) => markup`<text class="tick" x="${x(share)}" y="${bottom + 18}" text-anchor="middle">${label}</text>`)}
<text class="tick" x="${right}" y="${bottom + 38}" text-anchor="end">percentile of the answers</text>
<text class="tick" x="8" y="${bottom + 38}">ms, logarithmic</text>
${curves.map(({ position, label, points }, index) => markup`<g class="c${colourIndex(position)}"><path class="curve" d="${path(points, x, y.place)}"${dashOf(position) === "" ? undefined : markup` stroke-dasharray="${dashOf(position)}"`}><title>${label}</title></path><text class="end" x="${right + 6}" y="${(ends[index] ?? 0) + 4}">${String(position + 1)}</text></g>`)}
</svg>`;
}

/** Numbers in the text of a path are not the template's: they are written here, to a hundredth. */
function path(points: readonly CurvePoint[], x: (share: number) => number, y: (milliseconds: number) => number): string {
  const places = points.map(({ share, milliseconds }) => `${x(share).toFixed(2)} ${y(milliseconds).toFixed(2)}`);
  // A single point would be no line at all.
  return `M${places.join("L")}${places.length === 1 ? "h1" : ""}`;
}

/** Numbers at the ends of curves, moved apart where they would cover each other, and kept inside. */
function spacedEnds(places: readonly number[]): number[] {
  const order = places.map((_, index) => index).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  const spaced = [...places];
  let last = Number.NEGATIVE_INFINITY;
  for (const index of order) last = spaced[index] = Math.max(places[index] ?? 0, last + labelHeight);
  const excess = Math.max(0, last - bottom);
  return spaced.map((place) => place - excess);
}
