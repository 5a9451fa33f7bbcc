import type { BenchResult, Comparison, Measure, Noise } from "../../result.ts";
import { count, factors, significant, tick } from "../numbers.ts";
import { latencyChart } from "../svg/latency-chart.ts";
import { type Markup, markup } from "../svg/markup.ts";
import { percentileCurve } from "../svg/percentile-curve.ts";
import { type ChartRow, plotWidth, rowChart, rowMargin } from "../svg/row-chart.ts";
import { linearScale, ratioScale } from "../svg/scales.ts";
import { colourIndex, dashOf } from "../svg/series.ts";
import { byNumberAndName, type Figured, hasFigures, measureWords } from "../words.ts";

const start = rowMargin;
const end = plotWidth - rowMargin;
/** Of more pairs than this, a plot has those with the first target. */
const greatestPairs = 15;
/** Two names and their figure stand on one line. */
const pairNameWidth = 15;
/** As far as a difference from 1 is within the noise, on both sides; a ratio is above 0. */
const chanceOf = ({ relative }: Noise): readonly [number, number] => [Math.max(0.001, 1 - relative), 1 + relative];

interface Shown {
  readonly target: Figured;
  readonly position: number;
  readonly label: string;
}

/** The figures with a plot each; none where nothing was measured. */
export function plots(result: BenchResult): Markup[] {
  const naming = byNumberAndName(result);
  const shown = result.targets.flatMap((target, position): Shown[] =>
    hasFigures(target) ? [{ target, position, label: naming(position) }] : [],
  );
  if (shown.length === 0) return [];
  return [rates(shown), ...cpu(shown), latencies(shown), ...ratios(result)];
}

function figure(title: string, plot: Markup, caption: string, legend?: Markup): Markup {
  return markup`<figure><h3>${title}</h3>${plot}${legend}<figcaption>${caption}</figcaption></figure>`;
}

function rates(shown: readonly Shown[]): Markup {
  const rows = shown.map(({ target, position, label }): ChartRow => {
    const values = target.rounds.map(({ round, answersPerSecond }) => ({
      value: answersPerSecond,
      title: `round ${round + 1}: ${significant(answersPerSecond)} requests/s`,
    }));
    const middle = target.total.answersPerSecond;
    return { label, figure: significant(middle), series: colourIndex(position), dots: values, middle };
  });
  const title = "Requests per second in each round";
  const plot = rowChart({
    id: "rates",
    title,
    description: `${describe(rows, "requests per second")} The same figures are in the tables of figures and of rounds.`,
    rows,
    scale: linearScale(greatestOf(rows), start, end),
    tick,
    axis: "requests/s",
  });
  return figure(title, plot, "A dot for each round, the first on top; the line is their median. More is better.");
}

function cpu(shown: readonly Shown[]): Markup[] {
  const rows = shown.flatMap(({ target, position, label }): ChartRow[] => {
    const bar = target.total.cpuMicrosecondsPerAnswer;
    if (bar === undefined) return [];
    const dots = target.rounds.flatMap(({ round, cpuMicrosecondsPerAnswer: value }) =>
      value === undefined ? [] : [{ value, title: `round ${round + 1}: ${significant(value)} µs` }],
    );
    return [{ label, figure: `${significant(bar)} µs`, series: colourIndex(position), bar, dots }];
  });
  if (rows.length === 0) return [];
  const title = "CPU time per request";
  const plot = rowChart({
    id: "cpu",
    title,
    description: `${describe(rows, "of CPU time per request")} The same figures are in the tables of figures and of rounds.`,
    rows,
    scale: linearScale(greatestOf(rows), start, end),
    tick,
    axis: "µs",
  });
  const absent = rows.length < shown.length ? " It could not be read for every target." : "";
  return [
    figure(
      title,
      plot,
      `User and system time of the server's processes; the bar is the median, a dot each round. Less is better.${absent}`,
    ),
  ];
}

function latencies(shown: readonly Shown[]): Markup {
  const title = "Latency by percentile";
  const curves = shown.map(({ target, position, label }) => ({
    position,
    label, // Zero has no place on a logarithmic axis.
    points: percentileCurve(target.total).filter(({ milliseconds }) => milliseconds > 0),
  }));
  const description = shown
    .map(
      ({ label, target: { total } }) =>
        `${label}: median ${significant(total.latency.p50)} ms, 99 % within ${significant(total.latency.p99)} ms.`,
    )
    .join(" ");
  const legend = markup`<ul class="legend">${shown.map(({ position, label }) => markup`<li>${swatch(position)} ${label}</li>`)}</ul>`;
  const drawn = curves.filter(({ points }) => points.length > 0);
  const plot =
    drawn.length === 0
      ? markup`<p>No answer took long enough to be timed.</p>`
      : latencyChart({
          id: "latency",
          title,
          description: `${description} The same percentiles are in the table of figures.`,
          curves: drawn,
        });
  return figure(title, plot, "So many of the answers took at most so long, over all rounds. Lower is better.", legend);
}

/** The line of a target as it is in the plots, in its colour and its dash. */
export function swatch(position: number): Markup {
  const dash = dashOf(position);
  return markup`<svg class="swatch c${colourIndex(position)}" viewBox="0 0 24 10" width="24" height="10" aria-hidden="true"><path class="curve" d="M0 5H24"${dash === "" ? undefined : markup` stroke-dasharray="${dash}"`}/></svg>`;
}

function ratios(result: BenchResult): Markup[] {
  const measures = [...new Set(result.comparisons.map(({ measure }) => measure))];
  return measures.flatMap((measure) => {
    const all = result.comparisons.filter((comparison) => comparison.measure === measure && comparison.ratios.length > 0);
    if (all.length === 0) return [];
    const first = all[0]?.first;
    const some = all.length <= greatestPairs ? all : all.filter((comparison) => comparison.first === first);
    return [ratioFigure(result, measure, some, all.length - some.length)];
  });
}

function ratioFigure(result: BenchResult, measure: Measure, comparisons: readonly Comparison[], leftOut: number): Markup {
  const naming = byNumberAndName(result, pairNameWidth);
  const noise = result.client.noise?.[measure];
  const control = result.targets.findIndex(hasFigures);
  const rows = [
    ...comparisons.map((comparison) => ratioRow(comparison, `${naming(comparison.first)} ÷ ${naming(comparison.second)}`)),
    ...(noise === undefined || noise.ratios.length === 0 ? [] : [controlRow(noise, control, `${naming(control)} ÷ itself`)]),
  ];
  const values = rows.flatMap(({ dots = [], interval = [] }) => [...dots.map(({ value }) => value), ...interval]);
  const title = `Ratios of ${measureWords[measure]}`;
  const plot = rowChart({
    id: `ratio-${measure}`,
    title,
    description: `${rows.map(({ label, figure }) => `${label}: ${figure}.`).join(" ")} The same figures are in the table of comparisons.`,
    rows,
    scale: ratioScale(values, start, end),
    tick: (value) => `${tick(value, 4)}×`,
    axis: "as many times, logarithmic",
    reference: 1,
    ...(noise === undefined ? {} : { band: chanceOf(noise) }),
  });
  const rest = leftOut === 0 ? "" : ` The other ${count(leftOut)} pairs are in the table.`;
  const chance = noise === undefined ? "" : " The grey band is chance: one target against itself.";
  return figure(
    title,
    plot,
    `A dot for each round, their median, and its 95 % interval. What touches the line at 1× differs by chance only, and pale rows claim nothing.${chance}${rest}`,
  );
}

function ratioRow({ ratios, ratio, interval, refusal, first }: Comparison, label: string): ChartRow {
  const [factor = "", low = "", high = ""] = factors([ratio ?? Number.NaN, ...(interval ?? [])]);
  return {
    label,
    figure: refusal === undefined ? `${factor}×${interval === undefined ? "" : ` (${low}–${high})`}` : "not claimed",
    series: colourIndex(first),
    dots: roundDots(ratios),
    faint: refusal !== undefined,
    ...(ratio === undefined ? {} : { middle: ratio }),
    ...(interval === undefined ? {} : { interval }),
  };
}

function controlRow(noise: Noise, position: number, label: string): ChartRow {
  const [low = "", high = ""] = factors(chanceOf(noise));
  return {
    label,
    figure: `chance, ${low}–${high}`,
    series: colourIndex(Math.max(0, position)),
    dots: roundDots(noise.ratios),
    faint: true,
  };
}

function roundDots(ratios: readonly number[]): { value: number; title: string }[] {
  return ratios.map((value, index) => ({ value, title: `round ${index + 1}: ${factors([value])[0]}×` }));
}

function describe(rows: readonly ChartRow[], unit: string): string {
  return rows.map(({ label, figure }) => `${label}: ${figure} ${unit} in the median.`).join(" ");
}

function greatestOf(rows: readonly ChartRow[]): number {
  return rows.flatMap(({ bar = 0, dots = [] }) => [bar, ...dots.map(({ value }) => value)]).reduce((a, b) => Math.max(a, b), 0);
}
