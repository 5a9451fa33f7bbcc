import { isatty } from "node:tty";

/** A terminal's Ctrl-C reaches the launcher, the supervisor and the workers, and each passes it on: one wish, heard several times. */
const sameWishMilliseconds = 300;

/** The exit status of a process that was asked twice. */
export const stoppedAtOnce = 130;

export interface ShutdownSteps {
  /** Finishes what is under way; resolves with whether all of it was. */
  drain(): Promise<boolean>;
  /** Drops what is under way. */
  destroy(): void;
  /** For draining, altogether. */
  readonly milliseconds: number;
  readonly log: (line: string) => void;
  /** What SIGHUP does: it ends the process like SIGTERM, or nothing (somebody else is told), or reads files again. */
  readonly hangUp: "end" | "ignore" | (() => void);
  /** Resolves with the reason when there is no sense in going on. */
  readonly gaveUp?: Promise<string>;
}

/**
 * Resolves with the exit status when the process has been asked to stop and has: 0 when every request under
 * way was finished, 1 when there was not enough time or the server gave up, 130 when it was asked twice.
 */
export function untilStopped({ drain, destroy, milliseconds, log, hangUp, gaveUp }: ShutdownSteps): Promise<number> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const begin = (status: number) => {
      askedAt = performance.now();
      const dropped = `Requests were still under way after ${milliseconds} ms, and are dropped.`;
      const timer = setTimeout(() => {
        log(dropped);
        destroy();
        resolve(1);
      }, milliseconds);
      void drain().then((finished) => {
        clearTimeout(timer);
        if (!finished) log(dropped);
        resolve(finished ? status : 1);
      });
    };
    const stop = (why: string) => {
      if (askedAt !== undefined) {
        if (performance.now() - askedAt < sameWishMilliseconds) return;
        destroy();
        resolve(stoppedAtOnce);
        return;
      }
      log(`${why}: finishing the requests under way. Again to stop at once.`);
      begin(0);
    };
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stop(signal));
    process.on("SIGHUP", () => {
      if (hangUp === "end") stop("SIGHUP");
      else if (hangUp !== "ignore" && askedAt === undefined) hangUp();
    });
    // The channel to the process that started this one: it closes when that one is gone, even killed.
    if (process.channel !== undefined && process.channel !== null) process.once("disconnect", () => stop("The launcher has ended"));
    void gaveUp?.then((why) => {
      log(`${why}. Giving up.`);
      if (askedAt === undefined) begin(1);
    });
  });
}

/**
 * Servers without a terminal read their files again on SIGHUP, as nginx and gunicorn do. From a terminal the same signal says that the
 * terminal is gone: a server that somebody tried out in it should not stay behind, unseen and on its port.
 */
export function endsOnHangUp(): boolean {
  return isatty(0);
}
