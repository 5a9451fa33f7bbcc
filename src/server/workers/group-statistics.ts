import type { ServedModels } from "../../models/served-models.ts";
import type { StatisticsBook } from "../../models/statistics.ts";
import { sumStatistics, type VersionStatistics } from "../../models/statistics-totals.ts";
import type { ProcessGroup } from "./process-group.ts";

const ownTopic = "statistics.own";
const sumTopic = "statistics.sum";

/**
 * In a worker: lets itself be asked what it counted.
 * @returns what all workers have counted, which only the supervisor knows, as some of them are dead
 */
export function shareStatistics(
  group: ProcessGroup,
  models: ServedModels,
  book: StatisticsBook,
): () => Promise<readonly VersionStatistics[]> {
  group.provide(ownTopic, () =>
    models.library.list.map((model): VersionStatistics => ({ name: model.name, version: model.version, ...book.of(model).totals })),
  );
  return async () => (await group.ask(sumTopic)) as readonly VersionStatistics[];
}

/** In the supervisor: asks the workers, and keeps what those counted that do not answer in time, or have ended. */
export function superviseStatistics(group: ProcessGroup, onEnd: (listener: (index: number) => void) => void): void {
  const last = new Map<string, readonly VersionStatistics[]>();
  let ended: readonly VersionStatistics[] = [];
  onEnd((index) => {
    const counted = last.get(String(index));
    if (counted === undefined) return;
    last.delete(String(index));
    ended = sumStatistics([ended, counted]);
  });
  group.provide(sumTopic, async () => {
    for (const { worker, value } of await group.collect(ownTopic)) last.set(worker, value as readonly VersionStatistics[]);
    return sumStatistics([ended, ...last.values()]);
  });
}
