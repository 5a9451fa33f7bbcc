/** How often, and how long together in whole nanoseconds. */
export interface Totals {
  readonly count: number;
  readonly ns: number;
}

/** Runs of an engine with so many rows. */
export interface BatchTotals {
  readonly rows: number;
  readonly infer: Totals;
}

/** What was asked of a version of a model, by one process or by several. */
export interface StatisticsTotals {
  readonly inferences: number;
  readonly executions: number;
  /** Milliseconds since 1970; 0 where there was none. */
  readonly last: number;
  readonly success: Totals;
  readonly fail: Totals;
  readonly queue: Totals;
  readonly input: Totals;
  readonly infer: Totals;
  readonly output: Totals;
  /** By rows, the fewest first. */
  readonly batches: readonly BatchTotals[];
}

export interface VersionStatistics extends StatisticsTotals {
  readonly name: string;
  readonly version: string;
}

/** Of each version once, the counts of all processes together. */
export function sumStatistics(lists: readonly (readonly VersionStatistics[])[]): readonly VersionStatistics[] {
  const sums = new Map<string, VersionStatistics>();
  for (const one of lists.flat()) {
    const key = JSON.stringify([one.name, one.version]);
    const before = sums.get(key);
    sums.set(key, before === undefined ? one : { ...one, ...sum(before, one) });
  }
  return [...sums.values()];
}

function sum(one: StatisticsTotals, other: StatisticsTotals): StatisticsTotals {
  return {
    inferences: one.inferences + other.inferences,
    executions: one.executions + other.executions,
    last: Math.max(one.last, other.last),
    success: add(one.success, other.success),
    fail: add(one.fail, other.fail),
    queue: add(one.queue, other.queue),
    input: add(one.input, other.input),
    infer: add(one.infer, other.infer),
    output: add(one.output, other.output),
    batches: addBatches(one.batches, other.batches),
  };
}

function addBatches(one: readonly BatchTotals[], other: readonly BatchTotals[]): readonly BatchTotals[] {
  const byRows = new Map(one.map(({ rows, infer }) => [rows, infer]));
  for (const { rows, infer } of other) byRows.set(rows, add(byRows.get(rows) ?? { count: 0, ns: 0 }, infer));
  return [...byRows].sort(([first], [second]) => first - second).map(([rows, infer]) => ({ rows, infer }));
}

function add(one: Totals, other: Totals): Totals {
  return { count: one.count + other.count, ns: one.ns + other.ns };
}
