import { SetosaError } from "../../errors.ts";
import { nextDown } from "../../tensor/next-down.ts";
import { type Child, type ReadOptions, splitMode, type TreeEnsembleBuilder } from "../tree-ensemble.ts";
import type { Section } from "./sections.ts";

/** Bits of a split's `decision_type`. */
const isCategorical = 1;
const defaultLeft = 2;
const missingTypes = ["none", "zero", "nan"] as const;

/** What counts as zero: float32's 1e-35. */
export const nearZero = Math.fround(1e-35);

const maxLeaves = 2 ** 24;

/** A tree of the file as lists: children are splits from 0 on, or leaves as `-1 - leaf`. */
export interface Tree {
  readonly splits: number;
  readonly features: Float64Array;
  readonly thresholds: Float64Array;
  readonly types: Float64Array;
  readonly lefts: Float64Array;
  readonly rights: Float64Array;
  /** Sets of categories by their number, which is a categorical split's threshold. */
  readonly sets: readonly (readonly number[])[];
  /** What every leaf adds. */
  readonly constants: Float64Array;
  /** Of a linear leaf where one of its features is missing. */
  readonly fallbacks: Float64Array;
  /** In a linear tree a leaf also adds a multiple of each of some features; undefined for other trees. */
  readonly coefficients: readonly ReadonlyMap<number, number>[] | undefined;
  /** How many training rows came to each leaf; only where it is asked for. */
  readonly covers: Float64Array | undefined;
}

/** The categories that go left, of a split that asks for some. */
export function categoriesOf({ types, sets, thresholds }: Tree, split: number): readonly number[] | undefined {
  return ((types[split] as number) & isCategorical) === 0 ? undefined : sets[thresholds[split] as number];
}

/** Undefined for a type that does not exist, which no tree that was read has. */
export function missingOf({ types }: Tree, split: number): (typeof missingTypes)[number] | undefined {
  return missingTypes[((types[split] as number) >> 2) & 3];
}

/** @param features Number of columns @throws SetosaError MODEL_FILE_INVALID */
export function readTree(section: Section, features: number, options: ReadOptions = {}): Tree {
  const count = section.integer("num_leaves", 1, maxLeaves);
  const splits = count - 1;
  const leaves = readLeaves(section, section.numbers("leaf_value", count), features);
  const list = (key: string): Float64Array => (splits === 0 ? new Float64Array() : section.numbers(key, splits));
  const tree: Tree = {
    splits,
    features: list("split_feature"),
    thresholds: list("threshold"),
    types: list("decision_type"),
    lefts: list("left_child"),
    rights: list("right_child"),
    sets: splits === 0 ? [] : readSets(section),
    ...leaves,
    covers: options.covers === true ? readCovers(section, count) : undefined,
  };
  const isChild = (child: number): boolean => Number.isInteger(child) && child >= -count && child < splits;
  for (let split = 0; split < splits; split++) {
    const feature = tree.features[split] as number;
    if (!(Number.isInteger(feature) && feature >= 0 && feature < features))
      section.fail("split_feature", `a list of features below ${features}`);
    const type = tree.types[split] as number;
    if ((type & isCategorical) !== 0 && categoriesOf(tree, split) === undefined)
      section.fail("threshold", "the number of a set for a categorical split");
    if (missingOf(tree, split) === undefined) section.fail("decision_type", "a list of known types");
    if (!isChild(tree.lefts[split] as number)) section.fail("left_child", "a list of children that exist");
    if (!isChild(tree.rights[split] as number)) section.fail("right_child", "a list of children that exist");
  }
  return tree;
}

/** A tree of one leaf may have no list: all rows come to it. */
function readCovers(section: Section, leaves: number): Float64Array | undefined {
  if (leaves === 1) return Float64Array.of(1);
  return section.has("leaf_count") ? section.numbers("leaf_count", leaves) : undefined;
}

/** Sets of categories, as bits of 32-bit words. */
function readSets(section: Section): number[][] {
  const count = section.has("num_cat") ? section.integer("num_cat", 0, maxLeaves) : 0;
  if (count === 0) return [];
  const boundaries = section.numbers("cat_boundaries", count + 1);
  const ascends = boundaries.every((boundary, index) => Number.isInteger(boundary) && boundary >= (boundaries[index - 1] ?? 0));
  if (boundaries[0] !== 0 || !ascends) section.fail("cat_boundaries", "a list that ascends from 0");
  const words = section.numbers("cat_threshold", boundaries[count] as number);
  return Array.from({ length: count }, (_, set) => {
    const members: number[] = [];
    const start = boundaries[set] as number;
    for (let word = start; word < (boundaries[set + 1] as number); word++)
      for (let bit = 0; bit < 32; bit++) if ((((words[word] as number) >>> bit) & 1) === 1) members.push((word - start) * 32 + bit);
    return members;
  });
}

function readLeaves(section: Section, values: Float64Array, features: number): Pick<Tree, "constants" | "fallbacks" | "coefficients"> {
  const isLinear = section.has("is_linear") && section.integer("is_linear", 0, 1) === 1;
  if (!isLinear) return { constants: values, fallbacks: values, coefficients: undefined };
  const constants = section.numbers("leaf_const", values.length);
  const counts = section.numbers("num_features", values.length);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const leafFeatures = section.numbers("leaf_features", total);
  const coefficients = section.numbers("leaf_coeff", total);
  if (leafFeatures.some((feature) => !(Number.isInteger(feature) && feature >= 0 && feature < features)))
    section.fail("leaf_features", `a list of features below ${features}`);
  let at = 0;
  const byLeaf = Array.from(counts, (count) => {
    const own = new Map<number, number>();
    for (let index = 0; index < count; index++, at++) own.set(leafFeatures[at] as number, coefficients[at] as number);
    return own;
  });
  return { constants, fallbacks: values, coefficients: byLeaf };
}

/** Adds the tree with what `leafValue` gives for each leaf; where one is linear, rows without its features get `fallback` instead. */
export function addTree(
  builder: TreeEnsembleBuilder,
  tree: Tree,
  target: number,
  leafValue: (leaf: number) => number,
  fallback: (leaf: number) => number,
): void {
  const { splits, features, thresholds, types, lefts, rights } = tree;
  const visited = new Uint8Array(splits + tree.constants.length);
  const enter = (child: number): Child => {
    // Each leaf and split has one parent: a tree that comes back would not end.
    const place = child >= 0 ? child : splits - 1 - child;
    if (visited[place] === 1) throw new SetosaError("MODEL_FILE_INVALID", "A node of a tree has two parents.");
    visited[place] = 1;
    if (child < 0) return addLeaf(builder, tree, -1 - child, target, leafValue(-1 - child), () => fallback(-1 - child));
    const feature = features[child] as number;
    const threshold = thresholds[child] as number;
    const members = categoriesOf(tree, child);
    if (members !== undefined) return builder.split({ feature, mode: splitMode.member, threshold: 0, members, missingIsTrue: false });
    const missing = missingOf(tree, child);
    const isLeft = ((types[child] as number) & defaultLeft) !== 0;
    // A missing value is read as 0 where training had none.
    const missingIsTrue = missing === "none" ? 0 <= threshold : isLeft;
    return builder.split({ feature, mode: splitMode.leq, threshold: outsideZero(threshold), missingIsTrue });
  };
  const root = enter(splits > 0 ? 0 : -1);
  // Splits whose children are to be added, two numbers each: its number in the file, and in the builder.
  const pending: number[] = splits > 0 ? [0, root] : [];
  while (pending.length > 0) {
    const own = pending.pop() as Child;
    const split = pending.pop() as number;
    const [left, right] = [lefts[split] as number, rights[split] as number];
    const whenTrue = enter(left);
    const whenFalse = enter(right);
    builder.link(own, whenTrue, whenFalse);
    if (left >= 0) pending.push(left, whenTrue);
    if (right >= 0) pending.push(right, whenFalse);
  }
  builder.root(root);
}

/** LightGBM reads a value near zero as 0: the threshold that does the same to the value itself. */
function outsideZero(threshold: number): number {
  if (threshold < -nearZero || threshold >= nearZero) return threshold;
  return threshold < 0 ? nextDown(-nearZero, "float64") : nearZero;
}

function addLeaf(builder: TreeEnsembleBuilder, tree: Tree, leaf: number, target: number, value: number, fallback: () => number): Child {
  const coefficients = tree.coefficients?.[leaf];
  let child = builder.leaf(target, value, tree.covers?.[leaf]);
  if (coefficients === undefined || coefficients.size === 0) return child;
  const otherwise = builder.leaf(target, fallback());
  // Every number is at most Infinity; NaN is not.
  for (const feature of coefficients.keys()) {
    const split = builder.split({ feature, mode: splitMode.leq, threshold: Number.POSITIVE_INFINITY, missingIsTrue: false });
    builder.link(split, child, otherwise);
    child = split;
  }
  return child;
}
