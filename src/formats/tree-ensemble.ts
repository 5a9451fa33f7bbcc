import { SmallIntegers } from "../graph/compact-lists.ts";
import type { Attribute } from "../graph/graph.ts";
import { GrowingList } from "./growing-list.ts";

/** Modes of a split by their number in ai.onnx.ml 5: how a value is compared for the branch of true. */
export const splitMode = { leq: 0, lt: 1, gte: 2, gt: 3, eq: 4, neq: 5, member: 6 } as const;

export interface SplitParts {
  readonly feature: number;
  readonly mode: (typeof splitMode)[keyof typeof splitMode];
  /** Of no meaning for `member`. */
  readonly threshold: number;
  /** The values that `member` asks for. */
  readonly members?: readonly number[];
  /** Whether NaN goes the way of true. */
  readonly missingIsTrue: boolean;
}

/** A split by its number, or a leaf as -1 less its number. */
export type Child = number;

export function isSplit(child: Child): boolean {
  return child >= 0;
}

const int32List = (): GrowingList<Int32Array<ArrayBuffer>> => new GrowingList((length) => new Int32Array(length));
const flagList = (): GrowingList<Uint8Array<ArrayBuffer>> => new GrowingList((length) => new Uint8Array(length));

const numberList = (dtype: "float32" | "float64"): GrowingList<Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>> =>
  new GrowingList<Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>((length) =>
    dtype === "float32" ? new Float32Array(length) : new Float64Array(length),
  );

/** What a reader takes from a file beside what predictions need. */
export interface ReadOptions {
  /** How many training rows, or of which weight, came to each leaf: for explanations. */
  readonly covers?: boolean;
}

/** Collects trees, and gives them as the attributes of a TreeEnsemble (ai.onnx.ml 5) whose sums are not transformed. */
export class TreeEnsembleBuilder {
  readonly #features = int32List();
  readonly #modes = flagList();
  readonly #thresholds;
  readonly #missing = flagList();
  readonly #members;
  readonly #whenTrue = int32List();
  readonly #whenFalse = int32List();
  readonly #leafTargets = int32List();
  readonly #leafValues;
  readonly #covers = new GrowingList((length) => new Float64Array(length));
  readonly #roots = int32List();

  /** @param dtype The type of rows, thresholds and leaves */
  constructor(dtype: "float32" | "float64") {
    this.#thresholds = numberList(dtype);
    this.#members = numberList(dtype);
    this.#leafValues = numberList(dtype);
  }

  /** Sets are listed in the order in which their splits are added. */
  split({ feature, mode, threshold, members, missingIsTrue }: SplitParts): Child {
    this.#modes.push(mode);
    this.#thresholds.push(threshold);
    this.#missing.push(missingIsTrue ? 1 : 0);
    if (mode === splitMode.member) {
      for (const member of members ?? []) this.#members.push(member);
      this.#members.push(Number.NaN);
    }
    this.#whenTrue.push(0);
    this.#whenFalse.push(0);
    this.#features.push(feature);
    return this.#features.length - 1;
  }

  /** @param cover The weight of the training rows that came to it; only where every leaf has one */
  leaf(target: number, value: number, cover?: number): Child {
    this.#leafTargets.push(target);
    this.#leafValues.push(value);
    if (cover !== undefined) this.#covers.push(cover);
    return -this.#leafValues.length;
  }

  /** Where the rows of a split go for which it holds, and where the others. */
  link(split: Child, whenTrue: Child, whenFalse: Child): void {
    this.#whenTrue.set(split, whenTrue);
    this.#whenFalse.set(split, whenFalse);
  }

  /** Adds a tree. One that is a leaf becomes a split that leads to it either way: roots are splits. */
  root(child: Child): void {
    if (isSplit(child)) {
      this.#roots.push(child);
      return;
    }
    const split = this.split({ feature: 0, mode: splitMode.leq, threshold: 0, missingIsTrue: false });
    this.link(split, child, child);
    this.#roots.push(split);
  }

  attributes(targets: number): ReadonlyMap<string, Attribute> {
    const listed = (list: { toArray(): Float32Array | Float64Array }): Attribute => {
      const data = list.toArray();
      const shape = [data.length];
      return {
        kind: "tensor",
        value: data instanceof Float32Array ? { dtype: "float32", shape, data } : { dtype: "float64", shape, data },
      };
    };
    const [whenTrue, whenFalse] = [this.#whenTrue.toArray(), this.#whenFalse.toArray()];
    return new Map<string, Attribute>([
      ["n_targets", { kind: "int", value: targets }],
      ["aggregate_function", { kind: "int", value: 1 }],
      ["post_transform", { kind: "int", value: 0 }],
      ["tree_roots", new SmallIntegers(this.#roots.toArray())],
      ["nodes_featureids", new SmallIntegers(this.#features.toArray())],
      ["nodes_modes", { kind: "tensor", value: { dtype: "uint8", shape: [this.#modes.length], data: this.#modes.toArray() } }],
      ["nodes_splits", listed(this.#thresholds)],
      ["nodes_missing_value_tracks_true", new SmallIntegers(new Int32Array(this.#missing.toArray()))],
      ["nodes_truenodeids", new SmallIntegers(whenTrue.map((child) => (isSplit(child) ? child : -1 - child)))],
      ["nodes_trueleafs", new SmallIntegers(whenTrue.map((child) => (isSplit(child) ? 0 : 1)))],
      ["nodes_falsenodeids", new SmallIntegers(whenFalse.map((child) => (isSplit(child) ? child : -1 - child)))],
      ["nodes_falseleafs", new SmallIntegers(whenFalse.map((child) => (isSplit(child) ? 0 : 1)))],
      ["leaf_targetids", new SmallIntegers(this.#leafTargets.toArray())],
      ["leaf_weights", listed(this.#leafValues)],
      ...(this.#covers.length === this.#leafValues.length ? ([["setosa.leaf_covers", listed(this.#covers)]] as const) : []),
      ...(this.#members.length > 0 ? ([["membership_values", listed(this.#members)]] as const) : []),
    ]);
  }
}
