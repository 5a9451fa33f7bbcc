import type { HistoryReport } from "../models/model-changes.ts";
import type { ModelHistory } from "../models/repository/history.ts";
import type { ServedModels } from "../models/served-models.ts";
import type { Protocol } from "../protocols/exchange.ts";
import { historyProtocol } from "../protocols/history/routes.ts";
import type { ProcessGroup } from "./workers/process-group.ts";

const historyTopic = "models.history";

/** What happened to the models, for clients. Of several workers the one tells it that remembers longest: the same happens to all. */
export function startHistory(models: ServedModels, history: ModelHistory, group: ProcessGroup | undefined): Protocol {
  const own = (name: string): HistoryReport => ({
    model: name,
    since: history.since,
    traffic: history.traffic(name),
    changes: history.changes(name),
  });
  if (group === undefined) return historyProtocol(models, own);
  group.provide(historyTopic, (name) => own(name as string));
  return historyProtocol(models, async (name) => {
    const reports = (await group.collect(historyTopic, name)).map(({ value }) => value as HistoryReport);
    return reports.reduce((longest, report) => (report.since < longest.since ? report : longest), own(name));
  });
}
