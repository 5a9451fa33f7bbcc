/** One way to predict inside a JavaScript process. Each has loops of its own, so that what it calls is known to the runtime's compiler. */
export interface InProcess {
  /** `calls` predictions of one row, from row `from` on; gives one of their numbers, so that no work can be dropped. */
  readonly one: (calls: number, from: number) => number | Promise<number>;
  /** All rows at once. */
  readonly many: (() => number | Promise<number>) | undefined;
  /** The scores of one row, or of all rows. */
  readonly scores: (row: number | undefined) => ArrayLike<number> | Promise<ArrayLike<number>>;
}
