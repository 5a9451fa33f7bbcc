import type { Registry } from "./registry.ts";

export interface LoopLagOptions {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Calls back after milliseconds; gives a function that cancels. */
  readonly timer: (milliseconds: number, callback: () => void) => () => void;
}

const intervalMilliseconds = 40;

/**
 * Watches how late a timer is. `perf_hooks.monitorEventLoopDelay` does the same in native code, but keeps a histogram of its own
 * kind, whose buckets cannot be added up across workers, and on Bun reports what no timer shows (0.1 s for an idle loop).
 * @returns a function that ends it
 */
export function watchLoopLag(registry: Registry, { now, timer }: LoopLagOptions): () => void {
  const lag = registry.histogram("setosa_event_loop_lag_seconds", {});
  let cancel = () => {};
  const start = () => {
    const due = now() + intervalMilliseconds;
    cancel = timer(intervalMilliseconds, () => {
      // Timers may fire a little early, by the resolution of their clock.
      lag.observe(Math.max(0, now() - due) / 1000);
      start();
    });
  };
  start();
  return () => cancel();
}
