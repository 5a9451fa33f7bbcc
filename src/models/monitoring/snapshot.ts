/** A monitor's counters (see `Layout`), as plain JSON: what several processes have counted is added up. */
export interface MonitorSnapshot {
  /** Since the model was loaded. */
  readonly total: readonly number[];
  /** In the window. */
  readonly window: readonly number[];
}

/** The sum of all processes' counts, which have one layout. */
export function mergeSnapshots([first, ...others]: readonly [MonitorSnapshot, ...MonitorSnapshot[]]): MonitorSnapshot {
  return others.reduce((sum, { total, window }) => ({ total: add(sum.total, total), window: add(sum.window, window) }), first);
}

function add(some: readonly number[], more: readonly number[]): number[] {
  return some.map((count, index) => count + (more[index] ?? 0));
}
