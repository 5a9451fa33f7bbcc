import { useId, useState } from "preact/hooks";
import { formatDuration, formatTime } from "../../format/times.ts";
import { ChartTable } from "./chart-table.tsx";
import { areaPath, linePath, niceEnd } from "./scale.ts";

export interface ChartSeries {
  readonly name: string;
  /** One for each of the times; null where nothing is known. */
  readonly values: readonly (number | null)[];
}

export interface TimeChartProps {
  readonly title: string;
  /** What it shows, in a sentence: for those who do not see it. */
  readonly description: string;
  /** In milliseconds since 1970, rising. */
  readonly times: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly format: (value: number) => string;
  /** Ground below the first series. */
  readonly filled?: boolean;
}

/** Of the drawing; on the screen it is as wide as there is room. */
const width = 300;
const height = 100;
/** Milliseconds that are shown at least, so that the first points are not spread over everything. */
const leastSpan = 120_000;

/**
 * Lines over time. It is a picture with a title and a description, a control that the arrow keys move through the points (and the pointer,
 * too), and a table.
 */
export function TimeChart({ title, description, times, series, format, filled = false }: TimeChartProps) {
  const id = useId();
  const [chosen, setChosen] = useState<number>();
  const last = times.length - 1;
  const index = chosen === undefined ? last : Math.min(chosen, last);
  const end = times[last] ?? 0;
  const span = Math.max(leastSpan, end - (times[0] ?? end));
  const most = niceEnd(Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0))));
  const xOf = (point: number) => width - ((end - (times[point] ?? end)) / span) * width;
  const yOf = (value: number) => height - (value / most) * (height - 4);
  const first = series[0];
  return (
    <figure class="chart" aria-labelledby={`${id}-title`}>
      <figcaption class="chart-caption">
        <h2 id={`${id}-title`}>{title}</h2>
        <span class="chart-time">{times.length === 0 ? "" : chosen === undefined ? "now" : formatTime(times[index] ?? 0)}</span>
      </figcaption>
      <dl class="chart-values">
        {series.map(({ name, values }, place) => (
          <div key={name} class="chart-value">
            {series.length > 1 && (
              <dt>
                <svg class={`chart-key series-${place + 1}`} viewBox="0 0 18 6" width="18" height="6" aria-hidden="true">
                  <path d="M1 3h16" />
                </svg>
                {name}
              </dt>
            )}
            {series.length === 1 && <dt class="visually-hidden">{name}</dt>}
            <dd>{textOf(values[index] ?? null, format)}</dd>
          </div>
        ))}
      </dl>
      <div class="chart-plot">
        <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-labelledby={`${id}-svg ${id}-description`}>
          <title id={`${id}-svg`}>{title}</title>
          <desc id={`${id}-description`}>{description}</desc>
          <path class="chart-grid" d={`M0 ${yOf(most)}H${width}M0 ${yOf(most / 2)}H${width}M0 ${height - 0.5}H${width}`} />
          {filled && first !== undefined && <path class="chart-area" d={areaPath(first.values, xOf, yOf)} />}
          {series.map(({ name, values }, place) => (
            <path key={name} class={`chart-line series-${place + 1}`} d={linePath(values, xOf, yOf)} />
          ))}
          {chosen !== undefined && <path class="chart-cursor" d={`M${xOf(index)} 0V${height}`} />}
        </svg>
        <span class="chart-most">{format(most)}</span>
        {times.length > 1 && (
          <div
            class="chart-control"
            role="slider"
            tabIndex={0}
            aria-label={`${title}: point in time`}
            aria-valuemin={0}
            aria-valuemax={last}
            aria-valuenow={index}
            aria-valuetext={`${formatTime(times[index] ?? 0)}: ${series.map(({ name, values }) => `${name} ${textOf(values[index] ?? null, format)}`).join(", ")}`}
            onKeyDown={(event) => setChosen(moved(event, index, last))}
            onPointerMove={(event) => setChosen(nearest(event, times, end, span))}
            onPointerLeave={() => setChosen(undefined)}
            onBlur={() => setChosen(undefined)}
          />
        )}
      </div>
      <p class="chart-axis" aria-hidden="true">
        <span>{formatDuration(span / 1000)} ago</span>
        <span>now</span>
      </p>
      <ChartTable title={title} times={times} series={series} format={format} />
    </figure>
  );
}

function textOf(value: number | null, format: (value: number) => string): string {
  return value === null ? "–" : format(value);
}

function moved(event: KeyboardEvent, index: number, last: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowDown: -1,
    ArrowRight: 1,
    ArrowUp: 1,
    PageUp: 12,
    PageDown: -12,
    Home: -last,
    End: last,
  };
  const step = steps[event.key];
  if (event.key === "Escape") return undefined;
  if (step === undefined) return index;
  event.preventDefault();
  return Math.min(last, Math.max(0, index + step));
}

function nearest(event: PointerEvent, times: readonly number[], end: number, span: number): number {
  const { left, width: wide } = (event.currentTarget as HTMLElement).getBoundingClientRect();
  const time = end - (1 - (event.clientX - left) / wide) * span;
  let best = 0;
  for (const [index, one] of times.entries()) if (Math.abs(one - time) < Math.abs((times[best] ?? 0) - time)) best = index;
  return best;
}
