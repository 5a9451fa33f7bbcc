import { SetosaError } from "../../errors.ts";
import { Backoff } from "./backoff.ts";
import { failure, type WorkerMessage } from "./messages.ts";

/** A worker as its supervisor sees it. */
export interface WorkerProcess {
  readonly pid: number;
  onMessage(listener: (message: WorkerMessage) => void): void;
  /** `how` is for people: `exit status 1`, `SIGKILL`. */
  onExit(listener: (how: string) => void): void;
  kill(signal: "SIGTERM" | "SIGKILL"): void;
}

export interface SupervisorOptions {
  readonly workers: number;
  readonly start: (index: number) => WorkerProcess;
  /** Milliseconds, of a clock that never goes back. */
  readonly now: () => number;
  /** Calls back after milliseconds; gives a function that cancels. */
  readonly timer: (milliseconds: number, callback: () => void) => () => void;
  /** Takes a line on what happens to workers. */
  readonly log: (line: string) => void;
}

export interface Supervisor {
  /**
   * Starts the workers, and resolves with the first one's report when all of them serve.
   * @throws SetosaError what a worker failed with, INTERNAL when one died without a word
   */
  start(): Promise<string>;
  /** Lets every worker finish its requests, and resolves when all have ended. */
  drain(): Promise<void>;
  /** Ends every worker now. */
  destroy(): void;
}

/** Keeps a number of workers alive: one that dies is started again, later each time. */
export function createSupervisor({ workers, start, now, timer, log }: SupervisorOptions): Supervisor {
  const running = new Map<number, WorkerProcess>();
  const backoffs = Array.from({ length: workers }, () => new Backoff());
  const restarts = new Map<number, () => void>();
  let draining = false;
  let emptied: (() => void) | undefined;

  /** Resolves when the worker serves; rejects when it ends before it did. */
  const launch = (index: number): Promise<string> =>
    new Promise((resolve, reject) => {
      const startedAt = now();
      const worker = start(index);
      let ready = false;
      running.set(index, worker);
      worker.onMessage((message) => {
        if (message.kind === "failed") return reject(failure(message));
        ready = true;
        resolve(message.report);
      });
      worker.onExit((how) => {
        running.delete(index);
        if (!ready) reject(new SetosaError("INTERNAL", `Worker ${index} (process ${worker.pid}) ended at its start: ${how}.`));
        else if (!draining) restart(index, now() - startedAt, `Worker ${index} (process ${worker.pid}) ended: ${how}`);
        if (running.size === 0) emptied?.();
      });
    });

  const restart = (index: number, lived: number, why: string) => {
    const delay = backoffs[index]?.next(lived) ?? 0;
    log(`${why}. Starting it again in ${delay} ms.`);
    restarts.set(
      index,
      timer(delay, () => {
        restarts.delete(index);
        const startedAt = now();
        launch(index).then(
          () => log(`Worker ${index} serves again.`),
          (error: unknown) => {
            if (!draining) restart(index, now() - startedAt, `Worker ${index} did not start: ${String(error)}`);
          },
        );
      }),
    );
  };

  const destroy = () => {
    draining = true;
    for (const cancel of restarts.values()) cancel();
    for (const worker of running.values()) worker.kill("SIGKILL");
  };

  return {
    destroy,
    start: async () => {
      try {
        // The first alone: what stops one stops all, and is said once.
        const report = await launch(0);
        await Promise.all(Array.from({ length: workers - 1 }, (_, index) => launch(index + 1)));
        return report;
      } catch (error) {
        destroy();
        throw error;
      }
    },
    drain: () => {
      draining = true;
      for (const cancel of restarts.values()) cancel();
      restarts.clear();
      const done = new Promise<void>((resolve) => {
        emptied = resolve;
      });
      if (running.size === 0) emptied?.();
      for (const worker of running.values()) worker.kill("SIGTERM");
      return done;
    },
  };
}
