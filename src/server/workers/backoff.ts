const firstMilliseconds = 100;
const longestMilliseconds = 30_000;
/** A worker that lived this long was not the kind that dies at its start. */
const provenMilliseconds = 10_000;

/** How long to wait before a worker that died is started again: at first hardly, then doubling. */
export class Backoff {
  private deaths = 0;

  /** @param livedMilliseconds how long the worker that died had run */
  next(livedMilliseconds: number): number {
    if (livedMilliseconds >= provenMilliseconds) this.deaths = 0;
    const delay = Math.min(longestMilliseconds, firstMilliseconds * 2 ** this.deaths);
    this.deaths++;
    return delay;
  }
}
