import { catalogue } from "./catalogue.ts";
import type { EngineResults } from "./results.ts";

/** Earlier results with what a later, partial run measured in its place; the report says which these are. */
export function replaced(earlier: EngineResults, later: EngineResults): EngineResults {
  const models = merged(earlier.models, later.models, ({ model }) => model);
  const order = catalogue.map(({ name }) => name);
  const { command, commit, date } = later;
  const names = [
    ...later.models.map(({ model }) => model),
    ...(later.workers.length > 0 ? ["two worker threads"] : []),
    ...(later.loading.length > 0 ? ["loading"] : []),
    ...(later.largeLoading.length > 0 ? ["loading large forests"] : []),
  ];
  return {
    ...earlier,
    models: models.sort((a, b) => order.indexOf(a.model) - order.indexOf(b.model)),
    workers: merged(earlier.workers, later.workers, ({ model, runtime }) => `${model} ${runtime}`),
    loading: merged(earlier.loading, later.loading, ({ model, runtime }) => `${model} ${runtime}`),
    largeLoading: merged(earlier.largeLoading, later.largeLoading, ({ model, format, runtime }) => `${model} ${format} ${runtime}`),
    apart: [...(earlier.apart ?? []), { names, command, commit, date }],
  };
}

function merged<T>(earlier: readonly T[], later: readonly T[], keyOf: (one: T) => string): T[] {
  return [...new Map([...earlier, ...later].map((one) => [keyOf(one), one])).values()];
}
