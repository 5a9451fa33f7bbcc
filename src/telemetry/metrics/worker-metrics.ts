import { merge, prune, retain } from "./merge.ts";
import { emptySnapshot, type Snapshot } from "./snapshot.ts";

/** The counts of several workers, as who supervises them keeps them: those of the dead are not lost, so that no sum falls. */
export class WorkerMetrics {
  readonly #last = new Map<string, Snapshot>();
  #ended: Snapshot = emptySnapshot;

  /** What a worker has sent. One that does not answer in time counts with what it sent last. */
  take(worker: string, snapshot: Snapshot): void {
    this.#last.set(worker, snapshot);
  }

  /** The worker's process is gone; its place may be taken by another. */
  ended(worker: string): void {
    const last = this.#last.get(worker);
    if (last === undefined) return;
    this.#last.delete(worker);
    this.#ended = retain(this.#ended, last);
  }

  /** @param own What the supervisor counts itself */
  merged(own: Snapshot = emptySnapshot): Snapshot {
    const live = [...this.#last].map(([worker, snapshot]) => ({ worker, snapshot }));
    const all = merge([...live, { worker: "supervisor", snapshot: own }], this.#ended);
    // With nobody alive, nobody can say what has expired.
    if (live.length > 0) this.#ended = prune(this.#ended, all);
    return all;
  }
}
