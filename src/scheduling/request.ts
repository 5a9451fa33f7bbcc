import type { Priority, RunOptions } from "../engines/engine.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { batchKey, rowCount } from "./rows.ts";

/** A run that waits for its turn. */
export interface QueuedRequest {
  readonly inputs: readonly Tensor[];
  /** Rows in the inputs; 1 where they have none that could be counted. */
  readonly rows: number;
  /** Requests of the same key can be run together; undefined for one that runs alone. */
  readonly key: string | undefined;
  readonly priority: Priority;
  /** When it came. */
  readonly since: number;
  /** When it has to begin at the latest. */
  readonly deadline: number;
  /** It waits no longer, and cannot be cancelled any more. */
  leave(): void;
  /** It runs from now on. */
  began(): void;
  resolve(outputs: readonly Tensor[]): void;
  reject(error: unknown): void;
}

export interface RequestHandlers {
  resolve(outputs: readonly Tensor[]): void;
  reject(error: unknown): void;
  /** It was cancelled while it waited. */
  cancelled(request: QueuedRequest): void;
}

export function queuedRequest(
  inputs: readonly Tensor[],
  options: RunOptions,
  since: number,
  { resolve, reject, cancelled }: RequestHandlers,
): QueuedRequest {
  const { priority = "normal", deadline = Number.POSITIVE_INFINITY, signal } = options;
  const rows = rowCount(inputs);
  const abort = (): void => {
    cancelled(request);
    reject(signal?.reason);
  };
  const request: QueuedRequest = {
    inputs,
    rows: rows ?? 1,
    key: rows === undefined ? undefined : batchKey(inputs),
    priority,
    since,
    deadline,
    leave: () => signal?.removeEventListener("abort", abort),
    began: () => options.began?.(),
    resolve,
    reject,
  };
  signal?.addEventListener("abort", abort, { once: true });
  return request;
}
