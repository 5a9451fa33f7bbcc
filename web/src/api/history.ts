import type { HistoryReport } from "../../../src/models/model-changes.ts";
import { getJson, type RequestOptions } from "./http.ts";
import { modelPath } from "./models.ts";

export type { HistoryReport };

/** `GET /models/{name}/history`: which version does what, and what happened, the newest first. @throws ApiError */
export function getHistory(name: string, options?: RequestOptions): Promise<HistoryReport> {
  return getJson(`${modelPath(name)}/history`, options);
}
