import type { Node } from "../../../graph/graph.ts";
import { nextDown } from "../../../tensor/next-down.ts";
import { unsupported } from "../../lowering.ts";
import { CategoryTests } from "./category-tests.ts";
import type { Forest, Tree } from "./forest.ts";
import { leafPlaces, mode, type TreeStructure } from "./structure.ts";
import { TreeRoom } from "./tree-room.ts";

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
  const { missingGoesLower } = walker;
  return { precision, targets, trees, missingGoesLower, columns, tests: walker.tests.list };
}

function countLeaves(modes: Uint8Array): number {
  let leaves = 0;
  for (let position = 0; position < modes.length; position++) if (modes[position] === mode.leaf) leaves++;
  return leaves;
}

class Walker {
  readonly tests = new CategoryTests();
  missingGoesLower = false;
  readonly #node: Node;
  readonly #from: TreeStructure;
  readonly #columns: number;
  readonly #targets: number;
  readonly #precision: Forest["precision"];
  /** Splits that a tree has; leaves may be shared, as they hold nothing of their own. */
  readonly #visited: Uint8Array;
  readonly #room: TreeRoom;

  constructor(node: Node, from: TreeStructure, columns: number, targets: number, precision: Forest["precision"]) {
    this.#node = node;
    this.#from = from;
    this.#columns = columns;
    this.#targets = targets;
    this.#precision = precision;
    this.#visited = new Uint8Array(from.modes.length);
    const leaves = countLeaves(from.modes);
    leafPlaces(node, leaves, targets);
    this.#room = new TreeRoom(from.modes.length, leaves, targets);
  }

  tree(root: number): Tree {
    const { modes, leafStarts, leafValues } = this.#from;
    const targets = this.#targets;
    const room = this.#room;
    room.begin();
    let depth = 0;
    // Lower children still to visit, three numbers each: table position, level, and the parent's index.
    const pending: number[] = [];
    let position = root;
    let level = 0;
    for (;;) {
      if (!(position >= 0 && position < modes.length)) unsupported(this.#node, "a tree names a node that does not exist");
      const index = room.addNode();
      const at = room.start + index;
      if (modes[position] !== mode.leaf) {
        const lower = this.#split(position, at);
        room.upper[at] = index + 1;
        pending.push(lower, ++level, index);
        position = this.#upper;
        continue;
      }
      room.feature[at] = -1;
      room.lower[at] = -1;
      room.upper[at] = -1;
      const leaf = room.addLeaf();
      room.leaf[at] = leaf;
      const from = leafStarts[position] as number;
      const to = room.leafStart + leaf * targets;
      if (from >= 0) for (let target = 0; target < targets; target++) room.leafValues[to + target] = leafValues[from + target] as number;
      if (level > depth) depth = level;
      if (pending.length === 0) return room.end(depth);
      const parent = pending.pop() as number;
      level = pending.pop() as number;
      position = pending.pop() as number;
      room.lower[room.start + parent] = index + 1;
    }
  }

  /** Marks a split as part of a tree, which it can be only once. */
  #visit(position: number): void {
    if (this.#visited[position] === 1) unsupported(this.#node, `node ${position} of its tables is reached twice`);
    this.#visited[position] = 1;
  }

  /** The upper child's position, of the split that was written last. */
  #upper = -1;

  /**
   * Writes a split, and returns its lower child's position. x < t is x <= the float below t; x > t and x >= t are those
   * with the branches swapped. NaN takes the false branch of every comparison unless the node says that missing values
   * track the true one.
   */
  #split(position: number, at: number): number {
    this.#visit(position);
    const { modes, features, thresholds, missingIsTrue, whenTrue, whenFalse } = this.#from;
    const room = this.#room;
    const code = modes[position] as number;
    const feature = features[position] as number;
    if (!(feature >= 0 && feature < this.#columns)) unsupported(this.#node, `a split reads feature ${feature} of ${this.#columns}`);
    room.leaf[at] = -1;
    if (code === mode.eq || code === mode.neq || code === mode.member) return this.#categorySplit(position, at);
    const value = thresholds[position] as number;
    if (Number.isNaN(value)) unsupported(this.#node, "a threshold is NaN");
    const isLess = code === mode.leq || code === mode.lt;
    room.feature[at] = feature;
    room.threshold[at] = code === mode.leq || code === mode.gt ? value : this.#below(value);
    if ((missingIsTrue[position] === 1) === isLess) {
      room.missingLower[at] = 1;
      this.missingGoesLower = true;
    }
    this.#upper = (isLess ? whenFalse : whenTrue)[position] as number;
    return (isLess ? whenTrue : whenFalse)[position] as number;
  }

  /** The answer to a category test is a feature of its own, 0 where it holds. */
  #categorySplit(position: number, at: number): number {
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
    this.#room.feature[at] = this.#columns + test;
    this.#upper = whenFalse[last] as number;
    return whenTrue[position] as number;
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
