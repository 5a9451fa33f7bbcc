import type { Comparison, FeatureReport, MonitoringReport } from "../../../src/models/monitoring/report.ts";
import { getJson, type RequestOptions } from "./http.ts";
import { modelPath } from "./models.ts";

export type { Comparison, FeatureReport, MonitoringReport };

/** `GET /models/{name}/monitoring`: what the model was asked, beside its training rows. @throws ApiError, of status 404 where nothing is monitored */
export function getMonitoring(name: string, options?: RequestOptions): Promise<MonitoringReport> {
  return getJson(`${modelPath(name)}/monitoring`, options);
}
