/** Of more rows than these at once, and of wider ones, not all are put into bins. */
export const mostBinned = 16;
export const widestBinned = 32;
/** One in so many is then, and counts for so many. Data rarely repeat themselves every seven rows. */
export const every = 7;

/** Which rows of a block to put into bins: `first` and every `step`th after it. */
export class RowSample {
  first = 0;
  step = 1;
  /** How many these are. */
  binned = 0;
  #next = 0;
  readonly #most: number;

  /** @param width Numbers in a row */
  constructor(width: number) {
    this.#most = width > widestBinned ? 0 : mostBinned;
  }

  /** Of many small and large blocks, every row of the small ones and one in seven of the large ones, across their borders. */
  choose(rows: number): void {
    if (rows <= this.#most) {
      this.first = 0;
      this.step = 1;
      this.binned = rows;
      return;
    }
    this.first = this.#next;
    this.step = every;
    this.binned = Math.max(0, Math.ceil((rows - this.#next) / every));
    this.#next += this.binned * every - rows;
  }
}
