/** A row's sum for each target or class, and whether any leaf gave one: ONNX Runtime tells 0 from nothing. */
export class Scores {
  readonly sums: Float64Array;
  readonly given: Uint8Array;

  constructor(count: number) {
    this.sums = new Float64Array(count);
    this.given = new Uint8Array(count);
  }

  /** What is to be written: nothing counts as 0. */
  get values(): number[] {
    return Array.from(this.sums, (sum, target) => (this.given[target] === 1 ? sum : 0));
  }

  set(target: number, value: number): void {
    this.sums[target] = value;
    this.given[target] = 1;
  }

  sum(target: number): number {
    return this.sums[target] ?? 0;
  }

  has(target: number): boolean {
    return this.given[target] === 1;
  }
}
