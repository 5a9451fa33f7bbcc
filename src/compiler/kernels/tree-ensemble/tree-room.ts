import type { Tree } from "./forest.ts";

/**
 * Where trees are written, one after the other, into lists that the trees share: a forest of thousands of trees is a few
 * allocations. What is not written is 0.
 */
export class TreeRoom {
  /** Where the tree's nodes and leaves' values start. */
  start = 0;
  leafStart = 0;
  feature: Int32Array<ArrayBuffer>;
  threshold: Float64Array<ArrayBuffer>;
  missingLower: Uint8Array<ArrayBuffer>;
  lower: Int32Array<ArrayBuffer>;
  upper: Int32Array<ArrayBuffer>;
  leaf: Int32Array<ArrayBuffer>;
  leafValues: Float64Array<ArrayBuffer>;
  readonly #targets: number;
  #nodes = 0;
  #leaves = 0;

  /** Room for so many nodes and leaves; a forest whose trees share leaves needs more. */
  constructor(nodes: number, leaves: number, targets: number) {
    this.#targets = targets;
    this.feature = new Int32Array(nodes);
    this.threshold = new Float64Array(nodes);
    this.missingLower = new Uint8Array(nodes);
    this.lower = new Int32Array(nodes);
    this.upper = new Int32Array(nodes);
    this.leaf = new Int32Array(nodes);
    this.leafValues = new Float64Array(leaves * targets);
  }

  begin(): void {
    this.start += this.#nodes;
    this.leafStart += this.#leaves * this.#targets;
    this.#nodes = 0;
    this.#leaves = 0;
  }

  /** @returns the node's index in its tree */
  addNode(): number {
    if (this.start + this.#nodes === this.feature.length) this.#growNodes();
    return this.#nodes++;
  }

  /** @returns the leaf's index in its tree */
  addLeaf(): number {
    if (this.leafStart + (this.#leaves + 1) * this.#targets > this.leafValues.length) this.#growLeaves();
    return this.#leaves++;
  }

  end(depth: number): Tree {
    const end = this.start + this.#nodes;
    return {
      depth,
      feature: this.feature.subarray(this.start, end),
      threshold: this.threshold.subarray(this.start, end),
      missingLower: this.missingLower.subarray(this.start, end),
      lower: this.lower.subarray(this.start, end),
      upper: this.upper.subarray(this.start, end),
      leaf: this.leaf.subarray(this.start, end),
      leafValues: this.leafValues.subarray(this.leafStart, this.leafStart + this.#leaves * this.#targets),
    };
  }

  /** New lists for this tree and what follows; the trees before keep the old ones. */
  #growNodes(): void {
    const length = this.#nodes * 2 + 1024;
    const moved = <T extends Int32Array | Float64Array | Uint8Array>(old: T, made: T): T => {
      made.set(old.subarray(this.start, this.start + this.#nodes));
      return made;
    };
    this.feature = moved(this.feature, new Int32Array(length));
    this.threshold = moved(this.threshold, new Float64Array(length));
    this.missingLower = moved(this.missingLower, new Uint8Array(length));
    this.lower = moved(this.lower, new Int32Array(length));
    this.upper = moved(this.upper, new Int32Array(length));
    this.leaf = moved(this.leaf, new Int32Array(length));
    this.start = 0;
  }

  #growLeaves(): void {
    const values = this.#leaves * this.#targets;
    const made = new Float64Array(values * 2 + 1024 * this.#targets);
    made.set(this.leafValues.subarray(this.leafStart, this.leafStart + values));
    this.leafValues = made;
    this.leafStart = 0;
  }
}
