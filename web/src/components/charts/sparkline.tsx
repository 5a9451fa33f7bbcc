import { areaPath, linePath, niceEnd } from "./scale.ts";

export interface SparklineProps {
  readonly values: readonly number[];
  /** What it shows; the figures stand beside it. */
  readonly label: string;
}

/** A line the size of a word. */
export function Sparkline({ values, label }: SparklineProps) {
  const most = niceEnd(Math.max(...values, 0));
  const xOf = (index: number) => (values.length < 2 ? 100 : (index / (values.length - 1)) * 100);
  const yOf = (value: number) => 23 - (value / most) * 21;
  return (
    <svg class="sparkline" viewBox="0 0 100 24" preserveAspectRatio="none" role="img" aria-label={label}>
      <path class="chart-area" d={areaPath(values, xOf, yOf)} />
      <path class="chart-line series-1" d={linePath(values, xOf, yOf)} />
    </svg>
  );
}
