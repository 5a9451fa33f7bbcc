import { failedMessage, type WorkerMessage } from "../server/workers/messages.ts";

/** The part of a process that a supervisor started. */
export interface WorkerRole {
  /** The port that all workers share. */
  readonly port: number;
  ready(report: string): void;
  failed(error: unknown): void;
}

export const workerPortVariable = "SETOSA_WORKER_PORT";

/** Undefined in a process that serves on its own account. */
export function workerRole(environment: Readonly<Record<string, string | undefined>>): WorkerRole | undefined {
  const port = Number(environment[workerPortVariable]);
  if (!Number.isInteger(port) || port === 0) return undefined;
  const tell = (message: WorkerMessage) => {
    process.send?.(message);
  };
  return { port, ready: (report) => tell({ kind: "ready", report }), failed: (error) => tell(failedMessage(error)) };
}
