import type { ModelLibrary } from "../../models/library.ts";
import type { ModelMonitors } from "../../models/monitoring/monitors.ts";
import type { FeatureCounts } from "../../models/monitoring/report.ts";
import type { Registry } from "../../telemetry/metrics/registry.ts";

/** Features of a model that have series; `GET /models/{name}/monitoring` tells of all. */
const mostFeatures = 200;
/** Of all labels of a row together. */
const mostClasses = 100;

const problems = {
  missing: "missing",
  belowMin: "below_min",
  aboveMax: "above_max",
  unseen: "unseen",
  refused: "refused",
} as const satisfies Readonly<Record<keyof FeatureCounts, string>>;

/** What models have been asked, beside what they were trained on: asked at each scrape. */
export function collectMonitoring(registry: Registry, library: ModelLibrary, monitors: ModelMonitors): void {
  registry.clear("setosa_feature_drift_index");
  registry.clear("setosa_prediction_drift_index");
  for (const loaded of library.list) {
    const report = monitors.report(loaded);
    if (report === undefined) continue;
    const { model, version } = report;
    registry.counter("setosa_monitored_rows_total", { model, version }).set(report.total.rows);
    for (const { name: feature, total, psi, noise } of report.features.slice(0, mostFeatures)) {
      for (const [key, problem] of Object.entries(problems) as [keyof FeatureCounts, string][])
        registry.counter("setosa_feature_values_total", { model, version, feature, problem }).set(total[key]);
      registry.gauge("setosa_feature_drift_index", { model, version, feature }).set(beyondNoise(psi, noise));
    }
    let classesLeft = mostClasses;
    for (const { name: output, psi, noise, distribution } of report.predictions) {
      registry.gauge("setosa_prediction_drift_index", { model, version, output }).set(beyondNoise(psi, noise));
      const classes = distribution?.classes?.slice(0, classesLeft) ?? [];
      classesLeft -= classes.length;
      classes.forEach((name, index) => {
        registry
          .counter("setosa_predictions_total", { model, version, output, class: String(name) })
          .set(distribution?.total?.[index] ?? 0);
      });
    }
  }
}

/** Not a number, and so without a series, where there is nothing to compare. */
function beyondNoise(psi: number | null, noise: number | null): number {
  return psi === null || noise === null ? Number.NaN : Math.max(0, psi - noise);
}
