/** The rows of a request, made when they are asked for: those that came as tensors are lists of values only for who wants to see them. */
export interface RowSource {
  readonly length: number;
  /** Undefined where there is no such row. */
  at(index: number): unknown;
}
