import type { Node } from "../../../graph/graph.ts";
import { nextDown } from "../../../tensor/next-down.ts";
import { unsupported } from "../../lowering.ts";
import { CategoryTests } from "./category-tests.ts";
import type { Forest, Tree } from "./forest.ts";
import { mode, type TreeStructure } from "./structure.ts";

/** A node as "goes lower when x <= threshold", whatever its mode in the file. */
interface Split {
  readonly feature: number;
  readonly threshold: number;
  /** Positions of the children. */
  readonly lower: number;
  readonly upper: number;
  readonly missingLower: boolean;
}

/**
 * Turns the tables of an ONNX operator into a forest.
 * @throws SetosaError OPERATOR_UNSUPPORTED for a damaged table, or a tree that is not one
 */
export function canonicalize(
  node: Node,
  structure: TreeStructure,
  columns: number,
  targets: number,
  precision: Forest["precision"],
): Forest {
  const walker = new Walker(node, structure, columns, targets, precision);
  const trees = Array.from(structure.roots, (root) => walker.tree(root));
  if (trees.length === 0) unsupported(node, "it has no trees");
  const missingGoesLower = trees.some(({ missingLower }) => missingLower.includes(1));
  return { precision, targets, trees, missingGoesLower, columns, tests: walker.tests.list };
}

class Walker {
  readonly tests = new CategoryTests();
  readonly #node: Node;
  readonly #from: TreeStructure;
  readonly #columns: number;
  readonly #targets: number;
  readonly #precision: Forest["precision"];
  /** Splits that a tree has; leaves may be shared, as they hold nothing of their own. */
  readonly #visited: Uint8Array;
  // Grown as needed, and used again for every tree.
  #size = 1024;
  #feature = new Int32Array(this.#size);
  #threshold = new Float64Array(this.#size);
  #missingLower = new Uint8Array(this.#size);
  #lower = new Int32Array(this.#size);
  #upper = new Int32Array(this.#size);
  #leaf = new Int32Array(this.#size);
  #count = 0;

  constructor(node: Node, from: TreeStructure, columns: number, targets: number, precision: Forest["precision"]) {
    this.#node = node;
    this.#from = from;
    this.#columns = columns;
    this.#targets = targets;
    this.#precision = precision;
    this.#visited = new Uint8Array(from.modes.length);
  }

  tree(root: number): Tree {
    const { modes, leafStarts, leafValues } = this.#from;
    const targets = this.#targets;
    const values: number[] = [];
    let depth = 0;
    this.#count = 0;
    // Nodes still to visit, three numbers each: table position, level, and the parent's index, negated for its upper child.
    const pending: number[] = [root, 0, 0];
    while (pending.length > 0) {
      const link = pending.pop() as number;
      const level = pending.pop() as number;
      const position = pending.pop() as number;
      if (!(position >= 0 && position < modes.length)) unsupported(this.#node, "a tree names a node that does not exist");
      const index = this.#add();
      if (link > 0) this.#lower[link - 1] = index;
      else if (link < 0) this.#upper[-link - 1] = index;
      if (level > depth) depth = level;
      if (modes[position] === mode.leaf) {
        this.#leaf[index] = values.length / targets;
        const start = leafStarts[position] as number;
        for (let target = 0; target < targets; target++) values.push(start < 0 ? 0 : (leafValues[start + target] as number));
        continue;
      }
      const split = this.#split(position);
      this.#feature[index] = split.feature;
      this.#threshold[index] = split.threshold;
      this.#missingLower[index] = split.missingLower ? 1 : 0;
      pending.push(split.lower, level + 1, index + 1, split.upper, level + 1, -index - 1);
    }
    return {
      depth,
      feature: this.#feature.slice(0, this.#count),
      threshold: this.#threshold.slice(0, this.#count),
      missingLower: this.#missingLower.slice(0, this.#count),
      lower: this.#lower.slice(0, this.#count),
      upper: this.#upper.slice(0, this.#count),
      leaf: this.#leaf.slice(0, this.#count),
      leafValues: new Float64Array(values),
    };
  }

  /** A new node, a leaf until it is known to be a split. */
  #add(): number {
    if (this.#count === this.#size) this.#grow();
    const index = this.#count++;
    this.#feature[index] = -1;
    this.#threshold[index] = 0;
    this.#missingLower[index] = 0;
    this.#lower[index] = -1;
    this.#upper[index] = -1;
    this.#leaf[index] = -1;
    return index;
  }

  #grow(): void {
    this.#size *= 2;
    const larger = <T extends Int32Array | Float64Array | Uint8Array>(old: T, made: T): T => {
      made.set(old);
      return made;
    };
    this.#feature = larger(this.#feature, new Int32Array(this.#size));
    this.#threshold = larger(this.#threshold, new Float64Array(this.#size));
    this.#missingLower = larger(this.#missingLower, new Uint8Array(this.#size));
    this.#lower = larger(this.#lower, new Int32Array(this.#size));
    this.#upper = larger(this.#upper, new Int32Array(this.#size));
    this.#leaf = larger(this.#leaf, new Int32Array(this.#size));
  }

  /** Marks a split as part of a tree, which it can be only once. */
  #visit(position: number): void {
    if (this.#visited[position] === 1) unsupported(this.#node, `node ${position} of its tables is reached twice`);
    this.#visited[position] = 1;
  }

  /**
   * x < t is x <= the float below t; x > t and x >= t are those with the branches swapped. NaN takes the
   * false branch of every comparison unless the node says that missing values track the true one.
   */
  #split(position: number): Split {
    this.#visit(position);
    const { modes, features, thresholds, missingIsTrue, whenTrue, whenFalse } = this.#from;
    const code = modes[position] as number;
    const feature = features[position] as number;
    if (!(feature >= 0 && feature < this.#columns)) unsupported(this.#node, `a split reads feature ${feature} of ${this.#columns}`);
    if (code === mode.eq || code === mode.neq || code === mode.member) return this.#categorySplit(position);
    const value = thresholds[position] as number;
    if (Number.isNaN(value)) unsupported(this.#node, "a threshold is NaN");
    const tracksTrue = missingIsTrue[position] === 1;
    const threshold = code === mode.leq || code === mode.gt ? value : this.#below(value);
    const [yes, no] = [whenTrue[position] as number, whenFalse[position] as number];
    return code === mode.leq || code === mode.lt
      ? { feature, threshold, lower: yes, upper: no, missingLower: tracksTrue }
      : { feature, threshold, lower: no, upper: yes, missingLower: !tracksTrue };
  }

  /** The answer to a category test is a feature of its own, 0 where it holds. */
  #categorySplit(position: number): Split {
    const { modes, features, thresholds, missingIsTrue, whenTrue, whenFalse, members } = this.#from;
    const code = modes[position];
    const feature = features[position] as number;
    const listed = [...(members.get(position) ?? [thresholds[position] as number])];
    let last = position;
    // Exporters write a set as a chain of equalities that lead to one node, which only a set can share.
    for (let next = whenFalse[last] as number; code === mode.eq && this.#continues(position, next); next = whenFalse[last] as number) {
      this.#visit(next);
      listed.push(thresholds[next] as number);
      last = next;
    }
    if (listed.some(Number.isNaN)) unsupported(this.#node, "a category is NaN");
    // A row's value has the forest's precision, so that a category which has not equals none.
    const values = Float64Array.from(new Set(listed.map((value) => value + 0))).filter((value) => this.#isExact(value));
    const test = this.tests.add({
      feature,
      values: values.sort(),
      holdsFor: code === mode.neq ? "others" : "listed",
      missing: code === mode.neq || missingIsTrue[position] === 1,
    });
    return {
      feature: this.#columns + test,
      threshold: 0,
      lower: whenTrue[position] as number,
      upper: whenFalse[last] as number,
      missingLower: false,
    };
  }

  #continues(first: number, next: number): boolean {
    const { modes, features, whenTrue, missingIsTrue } = this.#from;
    return (
      modes[next] === mode.eq &&
      features[next] === features[first] &&
      whenTrue[next] === whenTrue[first] &&
      missingIsTrue[next] === missingIsTrue[first]
    );
  }

  #isExact(value: number): boolean {
    return this.#precision === "float64" || Math.fround(value) === value;
  }

  #below(value: number): number {
    if (value === Number.NEGATIVE_INFINITY) unsupported(this.#node, "a threshold below which nothing lies");
    return nextDown(value, this.#precision);
  }
}
