import type { StatsPoint, Traffic } from "../../api/stats.ts";
import type { ChartSeries } from "../../components/charts/time-chart.tsx";

/** One value of each point. */
export function pointSeries(name: string, points: readonly StatsPoint[], read: (point: StatsPoint) => number | null): ChartSeries {
  return { name, values: points.map(read) };
}

/** The traffic of all models, or of one; undefined where it had none. */
export function trafficAt(point: StatsPoint, model: string | undefined): Traffic | undefined {
  return model === undefined ? point.total : point.models.find(({ name }) => name === model);
}

export function requestRate(points: readonly StatsPoint[], model?: string): ChartSeries {
  return pointSeries("Requests", points, (point) => (trafficAt(point, model)?.requests ?? 0) / point.seconds);
}

export function rowRate(points: readonly StatsPoint[], model?: string): ChartSeries {
  return pointSeries("Rows", points, (point) => (trafficAt(point, model)?.rows ?? 0) / point.seconds);
}

export function errorRates(points: readonly StatsPoint[], model?: string): readonly ChartSeries[] {
  return [
    pointSeries("Client's (4xx)", points, (point) => (trafficAt(point, model)?.clientErrors ?? 0) / point.seconds),
    pointSeries("Server's (5xx)", points, (point) => (trafficAt(point, model)?.serverErrors ?? 0) / point.seconds),
  ];
}

export function latencies(points: readonly StatsPoint[], model?: string): readonly ChartSeries[] {
  return (["p50", "p90", "p99"] as const).map((name) =>
    pointSeries(name, points, (point) => trafficAt(point, model)?.latencyMilliseconds[name] ?? null),
  );
}
