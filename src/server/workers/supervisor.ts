import { SetosaError } from "../../errors.ts";
import { Backoff } from "./backoff.ts";
import { type Channel, createChannel } from "./channel.ts";
import { errorFrom, type ProcessMessage } from "./messages.ts";
import { RestartLimit, restartWindow } from "./restart-limit.ts";

/** A worker as its supervisor sees it. */
export interface WorkerProcess {
  readonly pid: number;
  onMessage(listener: (message: ProcessMessage) => void): void;
  /** `how` is for people: `exit status 1`, `SIGKILL`. */
  onExit(listener: (how: string) => void): void;
  /** Throws where the worker is gone. */
  send(message: ProcessMessage): void;
  kill(signal: "SIGTERM" | "SIGKILL"): void;
}

export interface SupervisorOptions {
  readonly workers: number;
  /** Restarts of one worker within the window of `restart-limit.ts` before the server gives up. */
  readonly maxRestarts: number;
  readonly start: (index: number) => WorkerProcess;
  /** Milliseconds, of a clock that never goes back. */
  readonly now: () => number;
  /** Calls back after milliseconds; gives a function that cancels. */
  readonly timer: (milliseconds: number, callback: () => void) => () => void;
  /** Takes a line on what happens to workers. */
  readonly log: (line: string) => void;
}

/** A worker that serves. */
export interface LiveWorker {
  readonly index: number;
  readonly channel: Channel;
}

/** What there is to say of the workers: plain JSON. */
export interface WorkersStatus {
  readonly workers: number;
  readonly serving: number;
  /** Since the start. */
  readonly restarts: number;
}

export interface Supervisor {
  /**
   * Starts the workers, and resolves with the first one's report when all of them serve.
   * @throws SetosaError what a worker failed with, INTERNAL when one died without a word
   */
  start(): Promise<string>;
  /** Those that serve now, in order. */
  live(): readonly LiveWorker[];
  status(): WorkersStatus;
  /** Called with each new worker's channel before it serves: it may ask for what it needs to begin. */
  onStart(listener: (worker: LiveWorker) => void): void;
  /** Called when a worker serves. */
  onReady(listener: (worker: LiveWorker) => void): void;
  /** Called when a worker that served has ended. */
  onEnd(listener: (index: number) => void): void;
  /** Resolves with the reason when a worker has ended so often that it is not started again. */
  readonly gaveUp: Promise<string>;
  /** Lets every worker finish its requests, and resolves when all have ended: with whether each did so with status 0. */
  drain(): Promise<boolean>;
  /** Ends every worker now. */
  destroy(): void;
}

interface Running {
  readonly process: WorkerProcess;
  readonly live: LiveWorker;
  ready: boolean;
}

/** Keeps a number of workers alive: one that dies is started again, later each time, and not for ever. */
export function createSupervisor({ workers, maxRestarts, start, now, timer, log }: SupervisorOptions): Supervisor {
  const running = new Map<number, Running>();
  const backoffs = Array.from({ length: workers }, () => new Backoff());
  const limits = Array.from({ length: workers }, () => new RestartLimit(maxRestarts));
  const pending = new Map<number, () => void>();
  const starts: ((worker: LiveWorker) => void)[] = [];
  const readies: ((worker: LiveWorker) => void)[] = [];
  const ends: ((index: number) => void)[] = [];
  let restarts = 0;
  let stopping = false;
  let emptied: (() => void) | undefined;
  let isClean = true;
  let giveUp: (why: string) => void = () => {};
  const gaveUp = new Promise<string>((resolve) => {
    giveUp = resolve;
  });

  /** Resolves when the worker serves; rejects when it ends before it did. */
  const launch = (index: number): Promise<string> =>
    new Promise((resolve, reject) => {
      const startedAt = now();
      const process = start(index);
      const channel = createChannel({ name: `Worker ${index}`, send: (message) => process.send(message), timer });
      const worker: Running = { process, live: { index, channel }, ready: false };
      running.set(index, worker);
      for (const listener of starts) listener(worker.live);
      process.onMessage((message) => {
        channel.receive(message);
        if (message.kind === "failed") reject(errorFrom(message));
        if (message.kind !== "ready") return;
        worker.ready = true;
        for (const listener of readies) listener(worker.live);
        resolve(message.report);
      });
      process.onExit((how) => {
        // A process that could not be started says so twice.
        if (running.get(index) !== worker) return;
        running.delete(index);
        channel.close();
        if (worker.ready) for (const listener of ends) listener(index);
        if (!worker.ready) reject(new SetosaError("INTERNAL", `Worker ${index} (process ${process.pid}) ended at its start: ${how}.`));
        else if (!stopping) restart(index, now() - startedAt, `Worker ${index} (process ${process.pid}) ended: ${how}`);
        if (stopping && worker.ready && how !== "exit status 0") isClean = false;
        if (running.size === 0) emptied?.();
      });
    });

  const restart = (index: number, lived: number, why: string) => {
    if (limits[index]?.ended(now()) === true) {
      const reason = `${why}. It was started again ${maxRestarts} times within ${restartWindow / 60_000} minutes, which is the limit (--max-restarts)`;
      giveUp(reason);
      return;
    }
    const delay = backoffs[index]?.next(lived) ?? 0;
    log(`${why}. Starting it again in ${delay} ms.`);
    pending.set(
      index,
      timer(delay, () => {
        pending.delete(index);
        restarts++;
        const startedAt = now();
        launch(index).then(
          () => log(`Worker ${index} serves again.`),
          (error: unknown) => {
            if (!stopping) restart(index, now() - startedAt, `Worker ${index} did not start: ${String(error)}`);
          },
        );
      }),
    );
  };

  const stop = (signal: "SIGTERM" | "SIGKILL") => {
    stopping = true;
    for (const cancel of pending.values()) cancel();
    pending.clear();
    for (const { process } of running.values()) process.kill(signal);
  };
  const live = () => [...running.values()].flatMap((worker) => (worker.ready ? [worker.live] : [])).sort((a, b) => a.index - b.index);

  return {
    live,
    gaveUp,
    status: () => ({ workers, serving: live().length, restarts }),
    onStart: (listener) => starts.push(listener),
    onReady: (listener) => readies.push(listener),
    onEnd: (listener) => ends.push(listener),
    destroy: () => stop("SIGKILL"),
    start: async () => {
      try {
        // The first alone: what stops one stops all, and is said once.
        const report = await launch(0);
        await Promise.all(Array.from({ length: workers - 1 }, (_, index) => launch(index + 1)));
        return report;
      } catch (error) {
        stop("SIGKILL");
        throw error;
      }
    },
    drain: () => {
      const done = new Promise<boolean>((resolve) => {
        emptied = () => resolve(isClean);
      });
      stop("SIGTERM");
      if (running.size === 0) emptied?.();
      return done;
    },
  };
}
