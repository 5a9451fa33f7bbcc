import type { HttpRequest } from "../../protocols/exchange.ts";
import type { Stats, StatsPoint, StatsStep, StatsSummary } from "../../telemetry/stats/stats.ts";

/** Without the models that the client's key is not for. */
export function allowedStats(stats: Stats, { allowedModels }: HttpRequest): Stats {
  if (allowedModels === undefined) return stats;
  return {
    ...stats,
    summary: allowedSummary(stats.summary, allowedModels),
    points: stats.points.map((point) => allowedPoint(point, allowedModels)),
  };
}

export function allowedStep(step: StatsStep, { allowedModels }: HttpRequest): StatsStep {
  if (allowedModels === undefined) return step;
  return { summary: allowedSummary(step.summary, allowedModels), point: allowedPoint(step.point, allowedModels) };
}

function allowedSummary(summary: StatsSummary, models: ReadonlySet<string>): StatsSummary {
  return { ...summary, models: summary.models.filter(({ name }) => models.has(name)) };
}

function allowedPoint(point: StatsPoint, models: ReadonlySet<string>): StatsPoint {
  return { ...point, models: point.models.filter(({ name }) => models.has(name)) };
}
