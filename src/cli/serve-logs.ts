import { startTimer } from "../server/serve.ts";
import { standardError } from "../server/telemetry/standard-error.ts";
import { LineBuffer } from "../telemetry/logs/line-buffer.ts";
import { Logger } from "../telemetry/logs/logger.ts";
import type { CommandContext } from "./command.ts";
import type { ServeValues } from "./serve-options.ts";

/** Lines of a process that serves, or that supervises those that do. */
export interface Logs {
  readonly logger: Logger;
  /** Takes lines that may wait for others. */
  readonly batched: (line: string) => void;
  /** Lines that were lost, because nobody read them fast enough. */
  dropped(): number;
  /** Resolves when everything is written, or cannot be. */
  close(): Promise<void>;
}

/** Of an access log, in milliseconds: long enough for many lines in one write, short enough to follow. */
const longestWait = 250;
const mostWaiting = 4 << 20;
/** Milliseconds that a reader who has stopped reading may hold up the end. */
const longestFarewell = 1000;

export function openLogs(values: ServeValues, { errors }: Pick<CommandContext, "errors">): Logs {
  const options = {
    format: values["log-format"] ?? "text",
    level: values["log-level"] ?? "info",
    values: values["log-values"] === true,
    fixed: { pid: process.pid },
    wallClock: () => Date.now(),
  } as const;
  // Few lines are written as they come: nothing can be lost where the process ends.
  if (values["access-log"] !== true) {
    const write = (line: string) => errors.write(line);
    return { logger: new Logger({ ...options, write }), batched: write, dropped: () => 0, close: async () => {} };
  }
  const logger: Logger = new Logger({ ...options, write: (line) => buffer.addNow(line) });
  const buffer = new LineBuffer({
    sink: standardError(),
    milliseconds: longestWait,
    most: mostWaiting,
    droppedLine: (count) => logger.line("warn", "log lines were dropped: nobody read them fast enough", { lines: count }),
    timer: startTimer,
  });
  return {
    logger,
    batched: (line) => buffer.add(line),
    dropped: () => buffer.dropped,
    close: () => Promise.race([buffer.flush(), new Promise<void>((resolve) => startTimer(longestFarewell, resolve))]),
  };
}
