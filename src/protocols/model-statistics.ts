import type { Model } from "../models/model.ts";
import type { VersionStatistics } from "../models/statistics-totals.ts";
import type { ProtocolContext } from "./context.ts";

/** What was asked of these models, of all processes that serve together; nothing where nobody counts. */
export async function modelStatistics(
  models: readonly Model[],
  { statistics: book, gatherStatistics }: Pick<ProtocolContext, "statistics" | "gatherStatistics">,
): Promise<readonly VersionStatistics[]> {
  if (book === undefined) return [];
  const gathered = await gatherStatistics?.();
  return models.map((model) => {
    const { name, version } = model;
    const found = gathered?.find((one) => one.name === name && one.version === version);
    return found ?? { name, version, ...book.of(model).totals };
  });
}
