import type { Dice } from "./dice.ts";
import type { LeafNode, Mode, SplitNode, TestForest, TestTree, TreeNode } from "./forest.ts";
import type { Precision } from "./neighbours.ts";
import { type ThresholdKind, thresholdKinds, thresholds } from "./thresholds.ts";

/** How a tree grows: which of its leaves becomes the next split. */
export const growths = ["level by level", "to one side", "to the other side", "zigzag", "anywhere"] as const;
export type Growth = (typeof growths)[number];

export const comparing: readonly Mode[] = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GT", "BRANCH_GTE"];
export const allModes: readonly Mode[] = [...comparing, "BRANCH_EQ", "BRANCH_NEQ"];

export interface ForestPlan {
  readonly precision: Precision;
  readonly columns: number;
  readonly targets: number;
  /** Splits of each tree. */
  readonly splits: readonly number[];
  readonly growths: readonly Growth[];
  readonly modes: readonly Mode[];
  /** By feature; a feature without thresholds is never asked for. */
  readonly pools: readonly (readonly number[])[];
  readonly missing: "never" | "always" | "mixed";
  /** Whether splits below another one of the same feature lie on its side, as in a trained tree: else many are never reached. */
  readonly consistent: boolean;
  /** Whether every leaf has a weight for every target, or just one of them. */
  readonly leaves: "full" | "single";
}

/** A plan of any kind; `size` bounds the splits of the whole forest. */
export function randomPlan(dice: Dice, size: number): ForestPlan {
  const precision = dice.pick<Precision>(["float32", "float64"]);
  const columns = dice.pick([1, 2, 3, 5, 10, 30, 70]);
  const count = dice.pick([1, 2, 7, 8, 9, 20, 64, 100, 300]);
  const most = Math.max(1, Math.floor(size / count));
  const largest = dice.int(0, Math.min(most, dice.pick([0, 1, 7, 31, 300, most])));
  const kinds = dice.chance(0.5) ? [dice.pick(thresholdKinds)] : thresholdKinds;
  const used = dice.pick([1, 0.6]);
  const perFeature = dice.pick([1, 2, 30, 255, 257, 1000]);
  const pools = Array.from({ length: columns }, (_, feature) =>
    feature === 0 || dice.chance(used) ? thresholds(dice, dice.pick<ThresholdKind>(kinds), perFeature, precision) : [],
  );
  return {
    precision,
    columns,
    targets: dice.pick([1, 1, 1, 2, 3, 4, 5, 8, 9]),
    splits: Array.from({ length: count }, () => (dice.chance(0.7) ? largest : dice.int(0, largest))),
    growths: dice.chance(0.5) ? [dice.pick(growths)] : growths,
    modes: dice.pick<readonly Mode[]>([["BRANCH_LEQ"], ["BRANCH_LT"], comparing, allModes]),
    pools,
    missing: dice.pick<ForestPlan["missing"]>(["never", "always", "mixed"]),
    consistent: dice.chance(0.6),
    leaves: dice.pick<ForestPlan["leaves"]>(["full", "single"]),
  };
}

export function growForest(dice: Dice, plan: ForestPlan): TestForest {
  const { precision, columns, targets } = plan;
  return { precision, columns, targets, trees: plan.splits.map((splits) => growTree(dice, plan, splits)) };
}

/** A leaf that may become a split; the thresholds that a row which comes here can lie between, by feature. */
interface Open {
  readonly index: number;
  readonly bounds: ReadonlyMap<number, readonly [from: number, to: number]>;
}

function growTree(dice: Dice, plan: ForestPlan, splits: number): TestTree {
  const growth = dice.pick(plan.growths);
  const nodes: TreeNode[] = [leaf(dice, plan)];
  const open: Open[] = [{ index: 0, bounds: new Map() }];
  for (let made = 0; made < splits && open.length > 0; made++) {
    const [chosen] = open.splice(place(dice, growth, open.length, made), 1);
    const split = chosen === undefined ? undefined : chooseSplit(dice, plan, chosen, nodes.length);
    if (chosen === undefined || split === undefined) continue;
    nodes[chosen.index] = split.node;
    nodes.push(leaf(dice, plan), leaf(dice, plan));
    open.push({ index: split.node.yes, bounds: split.yes }, { index: split.node.no, bounds: split.no });
  }
  return nodes;
}

function place(dice: Dice, growth: Growth, length: number, made: number): number {
  switch (growth) {
    case "level by level":
      return 0;
    case "to one side":
      return length - 1;
    case "to the other side":
      return Math.max(0, length - 2);
    case "zigzag":
      return Math.max(0, length - 1 - (made % 2));
    case "anywhere":
      return dice.int(0, length - 1);
  }
}

function chooseSplit(
  dice: Dice,
  plan: ForestPlan,
  { bounds }: Open,
  next: number,
): { node: SplitNode; yes: Open["bounds"]; no: Open["bounds"] } | undefined {
  const features = plan.pools.flatMap((pool, feature) => {
    const [from, to] = bounds.get(feature) ?? [0, pool.length];
    return to > from ? [feature] : [];
  });
  if (features.length === 0) return undefined;
  const feature = dice.pick(features);
  const pool = plan.pools[feature] as readonly number[];
  const [from, to] = bounds.get(feature) ?? [0, pool.length];
  const position = dice.int(from, to - 1);
  const threshold = pool[position] as number;
  // Below -Infinity nothing lies: no trainer asks for it, and the compiler leaves it to onnxruntime.
  const modes = threshold === Number.NEGATIVE_INFINITY ? plan.modes.filter((mode) => !/LT|GTE/.test(mode)) : plan.modes;
  const mode = modes.length === 0 ? "BRANCH_LEQ" : dice.pick(modes);
  const tracks = plan.missing === "mixed" ? dice.chance(0.5) : plan.missing === "always";
  const members = mode === "BRANCH_MEMBER" ? { members: Array.from({ length: dice.int(0, 12) }, () => dice.pick(pool)) } : {};
  const node: SplitNode = { mode, feature, threshold, tracks, ...members, yes: next, no: next + 1 };
  if (!plan.consistent || mode === "BRANCH_EQ" || mode === "BRANCH_NEQ" || mode === "BRANCH_MEMBER")
    return { node, yes: bounds, no: bounds };
  const low = new Map(bounds).set(feature, [from, position]);
  const high = new Map(bounds).set(feature, [position + 1, to]);
  return mode === "BRANCH_LEQ" || mode === "BRANCH_LT" ? { node, yes: low, no: high } : { node, yes: high, no: low };
}

/** Integers, so that the sums of 300 trees are exact in float32 and no two leaves are likely to be taken for one another. */
function leaf(dice: Dice, { targets, leaves }: ForestPlan): LeafNode {
  const weight = (): number => dice.int(-(2 ** 15), 2 ** 15);
  if (leaves === "single") return { weights: [[dice.int(0, targets - 1), weight()]] };
  return { weights: Array.from({ length: targets }, (_, target) => [target, weight()] as const) };
}
