import { SetosaError } from "../../errors.ts";
import { nextDown } from "../../tensor/next-down.ts";
import { type Child, splitMode, type TreeEnsembleBuilder } from "../tree-ensemble.ts";
import type { Section } from "./sections.ts";

/** Bits of a split's `decision_type`. */
const isCategorical = 1;
const defaultLeft = 2;
const missingTypes = ["none", "zero", "nan"] as const;

/** What counts as zero: float32's 1e-35. */
export const nearZero = Math.fround(1e-35);

const maxLeaves = 2 ** 24;

/** What a leaf adds: a number, and in a linear tree a multiple of each of some features. */
interface Leaf {
  readonly constant: number;
  /** Of a linear leaf where one of its features is missing. */
  readonly fallback: number;
  readonly coefficients: ReadonlyMap<number, number>;
}

/** A tree of the file: children are splits from 0 on, or leaves as `-1 - leaf`. */
export interface Tree {
  readonly splits: readonly Split[];
  readonly leaves: readonly Leaf[];
}

interface Split {
  readonly feature: number;
  readonly threshold: number;
  /** The categories that go left, of a split that asks for some. */
  readonly categories: readonly number[] | undefined;
  readonly missing: (typeof missingTypes)[number];
  readonly defaultLeft: boolean;
  readonly left: number;
  readonly right: number;
}

/** @param features Number of columns @throws SetosaError MODEL_FILE_INVALID */
export function readTree(section: Section, features: number): Tree {
  const count = section.integer("num_leaves", 1, maxLeaves);
  const splitCount = count - 1;
  const values = section.numbers("leaf_value", count);
  const leaves = readLeaves(section, values, features);
  if (splitCount === 0) return { splits: [], leaves };
  const featureOf = section.numbers("split_feature", splitCount);
  const thresholds = section.numbers("threshold", splitCount);
  const types = section.numbers("decision_type", splitCount);
  const lefts = section.numbers("left_child", splitCount);
  const rights = section.numbers("right_child", splitCount);
  const sets = readSets(section);
  const child = (list: Float64Array, index: number, key: string): number => {
    const found = list[index] as number;
    return Number.isInteger(found) && found >= -count && found < splitCount ? found : section.fail(key, "a list of children that exist");
  };
  const splits = Array.from(featureOf, (feature, index): Split => {
    if (!(Number.isInteger(feature) && feature >= 0 && feature < features))
      section.fail("split_feature", `a list of features below ${features}`);
    const type = types[index] as number;
    const threshold = thresholds[index] as number;
    const isSet = (type & isCategorical) !== 0;
    return {
      feature,
      threshold,
      categories: isSet ? (sets[threshold] ?? section.fail("threshold", "the number of a set for a categorical split")) : undefined,
      missing: missingTypes[(type >> 2) & 3] ?? section.fail("decision_type", "a list of known types"),
      defaultLeft: (type & defaultLeft) !== 0,
      left: child(lefts, index, "left_child"),
      right: child(rights, index, "right_child"),
    };
  });
  return { splits, leaves };
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

const noCoefficients: ReadonlyMap<number, number> = new Map();

function readLeaves(section: Section, values: Float64Array, features: number): Leaf[] {
  const isLinear = section.has("is_linear") && section.integer("is_linear", 0, 1) === 1;
  if (!isLinear) return Array.from(values, (value) => ({ constant: value, fallback: value, coefficients: noCoefficients }));
  const constants = section.numbers("leaf_const", values.length);
  const counts = section.numbers("num_features", values.length);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const leafFeatures = section.numbers("leaf_features", total);
  const coefficients = section.numbers("leaf_coeff", total);
  if (leafFeatures.some((feature) => !(Number.isInteger(feature) && feature >= 0 && feature < features)))
    section.fail("leaf_features", `a list of features below ${features}`);
  let at = 0;
  return Array.from(values, (fallback, leaf): Leaf => {
    const own = new Map<number, number>();
    for (let index = 0; index < (counts[leaf] as number); index++, at++) own.set(leafFeatures[at] as number, coefficients[at] as number);
    return { constant: constants[leaf] as number, fallback, coefficients: own };
  });
}

/** Adds the tree with what `leafValue` gives for each leaf; where one is linear, rows without its features get `fallback` instead. */
export function addTree(
  builder: TreeEnsembleBuilder,
  { splits, leaves }: Tree,
  target: number,
  leafValue: (leaf: Leaf) => number,
  fallback: (leaf: Leaf) => number,
): void {
  const visited = new Uint8Array(splits.length + leaves.length);
  const enter = (child: number): Child => {
    // Each leaf and split has one parent: a tree that comes back would not end.
    const place = child >= 0 ? child : splits.length - 1 - child;
    if (visited[place] === 1) throw new SetosaError("MODEL_FILE_INVALID", "A node of a tree has two parents.");
    visited[place] = 1;
    if (child < 0) return addLeaf(builder, leaves[-1 - child] as Leaf, target, leafValue, fallback);
    const { feature, threshold, categories, missing, defaultLeft: isLeft } = splits[child] as Split;
    if (categories !== undefined)
      return builder.split({ feature, mode: splitMode.member, threshold: 0, members: categories, missingIsTrue: false });
    // A missing value is read as 0 where training had none.
    const missingIsTrue = missing === "none" ? 0 <= threshold : isLeft;
    return builder.split({ feature, mode: splitMode.leq, threshold: outsideZero(threshold), missingIsTrue });
  };
  const root = enter(splits.length > 0 ? 0 : -1);
  // Splits whose children are to be added, two numbers each: its number in the file, and in the builder.
  const pending: number[] = splits.length > 0 ? [0, root] : [];
  while (pending.length > 0) {
    const own = pending.pop() as Child;
    const { left, right } = splits[pending.pop() as number] as Split;
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

function addLeaf(
  builder: TreeEnsembleBuilder,
  leaf: Leaf,
  target: number,
  leafValue: (leaf: Leaf) => number,
  fallback: (leaf: Leaf) => number,
): Child {
  let child = builder.leaf(target, leafValue(leaf));
  if (leaf.coefficients.size === 0) return child;
  const otherwise = builder.leaf(target, fallback(leaf));
  // Every number is at most Infinity; NaN is not.
  for (const feature of leaf.coefficients.keys()) {
    const split = builder.split({ feature, mode: splitMode.leq, threshold: Number.POSITIVE_INFINITY, missingIsTrue: false });
    builder.link(split, child, otherwise);
    child = split;
  }
  return child;
}
