import type { QueuedRequest } from "./request.ts";

/**
 * The requests that run next, together: the first that waits, and those behind it that fit its rows. It ends at the first
 * that does not fit, so that no large request is overtaken by small ones of its own kind again and again.
 * @param waiting In the order of service
 */
export function nextBatch(waiting: Iterable<QueuedRequest>, mostRows: number): QueuedRequest[] {
  const batch: QueuedRequest[] = [];
  let rows = 0;
  for (const request of waiting) {
    const [first] = batch;
    if (first !== undefined && request.key !== first.key) continue;
    // One that is larger than a batch runs alone: requests are never split.
    if (first !== undefined && rows + request.rows > mostRows) break;
    batch.push(request);
    rows += request.rows;
    if (request.key === undefined || rows >= mostRows) break;
  }
  return batch;
}

export function rowsOf(batch: readonly QueuedRequest[]): number {
  return batch.reduce((sum, { rows }) => sum + rows, 0);
}
