import { evaluateNode } from "../../src/interpreter/interpret.ts";
import { remembered } from "../../src/interpreter/operators/tree-ensemble/tree-ensemble.ts";
import { type Tensor, tensor } from "../../src/tensor/tensor.ts";
import { neighbour } from "../forests/neighbours.ts";
import { rounding, specials } from "../forests/thresholds.ts";
import type { TreeNodeGraph } from "./tree-nodes.ts";

/** Rows that come to a split, with its feature on the threshold, and one float below and above it. */

interface Test {
  readonly mode: string;
  readonly threshold: number;
  readonly members: readonly number[];
  readonly missingIsTrue: boolean;
  readonly wanted: boolean;
}

/** More splits than this are sampled, evenly. */
const mostSplits = 500;

export interface SplitRows {
  readonly rows: readonly (readonly number[])[];
  readonly splits: number;
  /** Splits that no row can come to, as when a tree asks for the same twice. */
  readonly unreachable: number;
  /** Features that a split looks up in a set. */
  readonly looksUp: ReadonlySet<number>;
}

export function rowsAtSplits({ graph, columns, precision }: TreeNodeGraph): SplitRows {
  const [node] = graph.nodes;
  if (node === undefined) throw new Error("The graph has a node.");
  const input = tensor(precision, [1, columns]) as Tensor;
  // Reads the tables, which the interpreter keeps.
  evaluateNode(node, [input], graph.opsets["ai.onnx.ml"] ?? 3);
  const trees = remembered({ node, inputs: [input], opset: 3 })?.trees ?? [];
  const paths = trees.flatMap(({ root, nodes }) => pathsOf(root, nodes));
  const every = Math.max(1, Math.ceil(paths.length / mostSplits));
  const rows: number[][] = [];
  let unreachable = 0;
  const chosen = paths.filter((_, index) => index % every === 0);
  for (const { feature, threshold, path } of chosen) {
    const row = rowOn(path, columns, precision);
    if (row === undefined) {
      unreachable++;
      continue;
    }
    for (const steps of [-1, 0, 1]) rows.push(row.with(feature, neighbour(rounding(precision)(threshold), steps, precision)));
  }
  return {
    rows: [...rows, ...oddRows(rows[0] ?? new Array<number>(columns).fill(0), precision)],
    splits: chosen.length,
    unreachable,
    looksUp: new Set(paths.flatMap(({ feature, isSet }) => (isSet ? [feature] : []))),
  };
}

type Nodes = NonNullable<ReturnType<typeof remembered>>["trees"][number]["nodes"];

interface Path {
  readonly feature: number;
  readonly threshold: number;
  readonly isSet: boolean;
  /** The tests of every feature on the way. */
  readonly path: ReadonlyMap<number, readonly Test[]>;
}

function pathsOf(root: number, nodes: Nodes): Path[] {
  const found: Path[] = [];
  const pending: { id: number; path: ReadonlyMap<number, readonly Test[]> }[] = [{ id: root, path: new Map() }];
  const seen = new Set<number>();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { id, path } = next;
    const node = nodes.get(id);
    if (node === undefined || node.kind === "leaf" || seen.has(id)) continue;
    seen.add(id);
    const { feature, threshold, mode, members = [], missingIsTrue } = node;
    found.push({ feature, threshold: members[0] ?? threshold, isSet: mode === "BRANCH_MEMBER", path });
    for (const wanted of [true, false]) {
      const tests = [...(path.get(feature) ?? []), { mode, threshold, members, missingIsTrue, wanted }];
      pending.push({ id: wanted ? node.whenTrue : node.whenFalse, path: new Map(path).set(feature, tests) });
    }
  }
  return found;
}

function rowOn(path: Path["path"], columns: number, precision: TreeNodeGraph["precision"]): number[] | undefined {
  const row = new Array<number>(columns).fill(0);
  for (const [feature, tests] of path) {
    const values = tests.flatMap(({ threshold, members }) => [threshold, ...members]).map(rounding(precision));
    const candidates = values.flatMap((value) => [value, neighbour(value, -1, precision), neighbour(value, 1, precision)]);
    const value = [...candidates, Number.NaN].find((candidate) => tests.every((test) => passes(candidate, test)));
    if (value === undefined) return undefined;
    row[feature] = value;
  }
  return row;
}

function passes(x: number, { mode, threshold, members, missingIsTrue, wanted }: Test): boolean {
  const holds =
    mode === "BRANCH_LEQ"
      ? x <= threshold
      : mode === "BRANCH_LT"
        ? x < threshold
        : mode === "BRANCH_GTE"
          ? x >= threshold
          : mode === "BRANCH_GT"
            ? x > threshold
            : mode === "BRANCH_EQ"
              ? x === threshold
              : mode === "BRANCH_NEQ"
                ? x !== threshold
                : members.includes(x);
  return (holds || (missingIsTrue && Number.isNaN(x))) === wanted;
}

/** Every column with each of what compares oddly, and rows of nothing else. */
function oddRows(base: readonly number[], precision: TreeNodeGraph["precision"]): number[][] {
  const odd = [...specials(precision), Number.NaN, 2 ** 53, 2 ** 53 + 2, -(2 ** 53)].map(rounding(precision));
  return odd.flatMap((value) => [base.map(() => value), ...base.slice(0, 30).map((_, column) => base.with(column, value))]);
}
