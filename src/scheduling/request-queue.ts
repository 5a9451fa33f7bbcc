import { type Priority, priorities } from "../engines/engine.ts";
import type { QueuedRequest } from "./request.ts";

/** Requests in the order in which they are served: by priority, and those of one priority as they came. */
export class RequestQueue {
  /** A set keeps the order, and gives up any of its members at once. */
  readonly #levels = priorities.map(() => new Set<QueuedRequest>());
  readonly #rows = priorities.map(() => 0);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** What a new one of this priority has before it. */
  before(priority: Priority): { readonly requests: number; readonly rows: number } {
    let [requests, rows] = [0, 0];
    for (let level = 0; level <= priorities.indexOf(priority); level++) {
      requests += this.#levels[level]?.size ?? 0;
      rows += this.#rows[level] ?? 0;
    }
    return { requests, rows };
  }

  add(request: QueuedRequest): void {
    const level = priorities.indexOf(request.priority);
    this.#levels[level]?.add(request);
    this.#rows[level] = (this.#rows[level] as number) + request.rows;
    this.#size++;
  }

  /** @returns whether it was there */
  delete(request: QueuedRequest): boolean {
    const level = priorities.indexOf(request.priority);
    if (this.#levels[level]?.delete(request) !== true) return false;
    this.#rows[level] = (this.#rows[level] as number) - request.rows;
    this.#size--;
    return true;
  }

  /** What is deleted meanwhile is not given. */
  *[Symbol.iterator](): Generator<QueuedRequest, void, undefined> {
    for (const level of this.#levels) yield* level;
  }
}
