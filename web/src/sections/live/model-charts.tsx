import type { StatsPoint } from "../../api/stats.ts";
import { TimeChart } from "../../components/charts/time-chart.tsx";
import { formatMilliseconds, formatRate } from "../../format/numbers.ts";
import { errorRates, latencies, requestRate, rowRate } from "./point-series.ts";

export interface ModelChartsProps {
  readonly points: readonly StatsPoint[];
  readonly model: string;
}

/** One model, all of its versions together. */
export function ModelCharts({ points, model }: ModelChartsProps) {
  const times = points.map(({ time }) => time);
  return (
    <section aria-label={`Figures of ${model}`} class="chart-grid-list">
      <TimeChart
        title="Requests per second"
        description={`Predictions that ${model} was asked for in each second.`}
        times={times}
        series={[requestRate(points, model)]}
        format={formatRate}
        filled
      />
      <TimeChart
        title="Rows per second"
        description={`Rows that ${model} predicted in each second: a request has one or many.`}
        times={times}
        series={[rowRate(points, model)]}
        format={formatRate}
        filled
      />
      <TimeChart
        title="Latency"
        description="From a request's head to its answer: half of the requests were faster than p50, nine of ten faster than p90, 99 of 100 faster than p99."
        times={times}
        series={latencies(points, model)}
        format={formatMilliseconds}
      />
      <TimeChart
        title="Errors per second"
        description="Requests that were answered with an error: the client's (status 400 to 499) and the server's (500 and more)."
        times={times}
        series={errorRates(points, model)}
        format={formatRate}
      />
    </section>
  );
}
