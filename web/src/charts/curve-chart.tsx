import { useState } from "preact/hooks";
import { rangeOf, scale, ticks, tickText } from "./scale.ts";
import { useWidth } from "./use-width.ts";
import "./charts.css";

export interface CurveChartProps {
  /** Of the horizontal axis, ascending. */
  readonly values: readonly number[];
  readonly series: readonly { readonly label: string; readonly values: readonly number[] }[];
  /** Of the vertical axis; what the curves need where it is not said. */
  readonly range?: readonly [number, number] | undefined;
  /** Of the horizontal axis. */
  readonly name: string;
  /** Where the row is; undefined where its value is missing. */
  readonly current: number | undefined;
  /** The part of the axis that the model was trained on. */
  readonly trained: readonly [number, number] | undefined;
  /** What the picture shows, in words. */
  readonly description: string;
  readonly format: (value: number) => string;
  /** A value that was pointed at. */
  readonly choose: (value: number) => void;
}

const height = 280;
const edge = { top: 12, right: 14, bottom: 40, left: 52 };

/** Curves over a feature's values. What it shows can be read from the table beside it, and what a click does the slider does as well. */
export function CurveChart({ values, series, range, name, current, trained, description, format, choose }: CurveChartProps) {
  const [frame, width] = useWidth<HTMLDivElement>(640);
  const [pointed, setPointed] = useState<number>();
  const across = scale([values[0] ?? 0, values.at(-1) ?? 1], [edge.left, width - edge.right]);
  const up = scale(range ?? rangeOf(series.flatMap((one) => one.values)), [height - edge.bottom, edge.top]);
  const nearest = (event: PointerEvent): number => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const value = across.value(event.clientX - box.left);
    return values.reduce((best, other, index) => (Math.abs(other - value) < Math.abs((values[best] ?? 0) - value) ? index : best), 0);
  };
  const shown = pointed === undefined ? undefined : values[pointed];
  return (
    <div class="curves" ref={frame}>
      <svg
        role="img"
        aria-label={description}
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        onPointerMove={(event) => setPointed(nearest(event))}
        onPointerLeave={() => setPointed(undefined)}
        onPointerUp={(event) => choose(values[nearest(event)] ?? 0)}
      >
        {trained !== undefined && (
          <rect
            class="curves-trained"
            x={across.place(trained[0])}
            y={edge.top}
            width={Math.max(across.place(trained[1]) - across.place(trained[0]), 0)}
            height={height - edge.top - edge.bottom}
          />
        )}
        {ticks([up.from, up.to], 5).map((tick) => (
          <g key={tick}>
            <line class="curves-grid" x1={edge.left} x2={width - edge.right} y1={up.place(tick)} y2={up.place(tick)} />
            <text class="curves-tick" x={edge.left - 8} y={up.place(tick)} text-anchor="end" dominant-baseline="middle">
              {tickText(tick)}
            </text>
          </g>
        ))}
        {ticks([across.from, across.to], Math.max(width / 90, 4)).map((tick) => (
          <text key={tick} class="curves-tick" x={across.place(tick)} y={height - edge.bottom + 16} text-anchor="middle">
            {tickText(tick)}
          </text>
        ))}
        <text class="curves-name" x={(edge.left + width - edge.right) / 2} y={height - 4} text-anchor="middle">
          {name}
        </text>
        {current !== undefined && (
          <line class="curves-current" x1={across.place(current)} x2={across.place(current)} y1={edge.top} y2={height - edge.bottom} />
        )}
        {series.map(({ label, values: curve }, index) => (
          <polyline
            key={label}
            class={`curves-line curves-line-${index + 1}`}
            points={curve.map((value, point) => `${across.place(values[point] ?? 0).toFixed(1)},${up.place(value).toFixed(1)}`).join(" ")}
          />
        ))}
        {pointed !== undefined && shown !== undefined && (
          <>
            <line class="curves-pointed" x1={across.place(shown)} x2={across.place(shown)} y1={edge.top} y2={height - edge.bottom} />
            {series.map(({ label, values: curve }, index) => (
              <circle key={label} class={`curves-dot-${index + 1}`} cx={across.place(shown)} cy={up.place(curve[pointed] ?? 0)} r={4} />
            ))}
          </>
        )}
      </svg>
      <p class="curves-readout note" aria-hidden="true">
        {pointed === undefined || shown === undefined
          ? "Point at the curves to read them; a click takes the value over."
          : `${name} ${tickText(shown)}: ${series.map((one) => `${one.label} ${format(one.values[pointed] ?? Number.NaN)}`).join(", ")}`}
      </p>
    </div>
  );
}
