/** A terminal's Ctrl-C reaches the launcher, the supervisor and the workers, and each passes it on: one wish, heard several times. */
const sameWishMilliseconds = 300;

/** The exit status of a process that was asked twice. */
export const stoppedAtOnce = 130;

export interface ShutdownSteps {
  /** Finishes what is under way. */
  drain(): Promise<void>;
  /** Drops what is under way. */
  destroy(): void;
  readonly milliseconds: number;
  readonly log: (line: string) => void;
}

/**
 * Resolves with the exit status when the process has been asked to stop and has: 0 when every request under
 * way was finished, 1 when there was not enough time, 130 when it was asked twice.
 */
export function untilStopped({ drain, destroy, milliseconds, log }: ShutdownSteps): Promise<number> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const stop = (why: string) => {
      if (askedAt !== undefined) {
        if (performance.now() - askedAt < sameWishMilliseconds) return;
        destroy();
        resolve(stoppedAtOnce);
        return;
      }
      askedAt = performance.now();
      log(`${why}: finishing the requests under way. Again to stop at once.`);
      const timer = setTimeout(() => {
        log(`Requests were still under way after ${milliseconds} ms, and are dropped.`);
        destroy();
        resolve(1);
      }, milliseconds);
      void drain().then(() => {
        clearTimeout(timer);
        resolve(0);
      });
    };
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => stop(signal));
    // The channel to the process that started this one: it closes when that one is gone, even killed.
    if (process.channel !== undefined && process.channel !== null) process.once("disconnect", () => stop("The launcher has ended"));
  });
}
