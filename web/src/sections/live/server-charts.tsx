import type { StatsPoint } from "../../api/stats.ts";
import { TimeChart } from "../../components/charts/time-chart.tsx";
import { formatBytes, formatCount, formatMilliseconds, formatRate } from "../../format/numbers.ts";
import { errorRates, latencies, pointSeries, requestRate } from "./point-series.ts";

/** All processes of the server together. */
export function ServerCharts({ points }: { readonly points: readonly StatsPoint[] }) {
  const times = points.map(({ time }) => time);
  const workers = points.at(-1)?.workers ?? 1;
  const ofAll = workers > 1 ? `, of ${workers} workers together` : "";
  return (
    <section aria-label="Figures of the server" class="chart-grid-list">
      <TimeChart
        title="Requests per second"
        description={`Predictions asked for in each second${ofAll}, and everything that was refused.`}
        times={times}
        series={[requestRate(points)]}
        format={formatRate}
        filled
      />
      <TimeChart
        title="Latency"
        description="From a request's head to its answer: half of the requests were faster than p50, nine of ten faster than p90, 99 of 100 faster than p99."
        times={times}
        series={latencies(points)}
        format={formatMilliseconds}
      />
      <TimeChart
        title="Errors per second"
        description="Requests that were answered with an error: the client's (status 400 to 499) and the server's (500 and more)."
        times={times}
        series={errorRates(points)}
        format={formatRate}
      />
      <TimeChart
        title="Queue"
        description="Predictions under way or waiting, on engines that answer later."
        times={times}
        series={[pointSeries("Waiting", points, ({ queue }) => queue)]}
        format={formatCount}
        filled
      />
      <TimeChart
        title="Event loop lag"
        description="How late a timer was, of whichever process was latest: for so long nobody was answered."
        times={times}
        series={(["p50", "p99"] as const).map((name) => pointSeries(name, points, (point) => point.loopLagMilliseconds[name]))}
        format={formatMilliseconds}
      />
      <TimeChart
        title="Memory"
        description={`What is in RAM${ofAll}.`}
        times={times}
        series={[pointSeries("Memory", points, ({ memoryBytes }) => memoryBytes)]}
        format={formatBytes}
        filled
      />
      <TimeChart
        title="Busy cores"
        description={`Processor time${ofAll}: 1 is one whole core.`}
        times={times}
        series={[pointSeries("Cores", points, ({ cores }) => cores)]}
        format={formatRate}
        filled
      />
      <TimeChart
        title="Connections"
        description={`Open connections${ofAll}; this page is one of them.`}
        times={times}
        series={[pointSeries("Connections", points, ({ connections }) => connections)]}
        format={formatCount}
        filled
      />
    </section>
  );
}
