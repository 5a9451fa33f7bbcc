import type { Attribute } from "../graph/graph.ts";

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

/** A child: the number of a split, or of a leaf. */
export interface Child {
  readonly kind: "split" | "leaf";
  readonly number: number;
}

/** Collects trees, and gives them as the attributes of a TreeEnsemble (ai.onnx.ml 5) whose sums are not transformed. */
export class TreeEnsembleBuilder {
  readonly #dtype: "float32" | "float64";
  readonly #features: number[] = [];
  readonly #modes: number[] = [];
  readonly #thresholds: number[] = [];
  readonly #missing: number[] = [];
  readonly #members: number[] = [];
  readonly #ids: { readonly true: number[]; readonly false: number[] } = { true: [], false: [] };
  readonly #areLeaves: { readonly true: number[]; readonly false: number[] } = { true: [], false: [] };
  readonly #leafTargets: number[] = [];
  readonly #leafValues: number[] = [];
  readonly #roots: number[] = [];

  /** @param dtype The type of rows, thresholds and leaves */
  constructor(dtype: "float32" | "float64") {
    this.#dtype = dtype;
  }

  /** Sets are listed in the order in which their splits are added. */
  split({ feature, mode, threshold, members = [], missingIsTrue }: SplitParts): Child {
    this.#modes.push(mode);
    this.#thresholds.push(threshold);
    this.#missing.push(missingIsTrue ? 1 : 0);
    if (mode === splitMode.member) {
      for (const member of members) this.#members.push(member);
      this.#members.push(Number.NaN);
    }
    for (const branch of ["true", "false"] as const) {
      this.#ids[branch].push(0);
      this.#areLeaves[branch].push(0);
    }
    return { kind: "split", number: this.#features.push(feature) - 1 };
  }

  leaf(target: number, value: number): Child {
    this.#leafTargets.push(target);
    return { kind: "leaf", number: this.#leafValues.push(value) - 1 };
  }

  /** Where the rows of a split go for which it holds, and where the others. */
  link(split: Child, whenTrue: Child, whenFalse: Child): void {
    for (const [branch, child] of [
      ["true", whenTrue],
      ["false", whenFalse],
    ] as const) {
      this.#ids[branch][split.number] = child.number;
      this.#areLeaves[branch][split.number] = child.kind === "leaf" ? 1 : 0;
    }
  }

  /** Adds a tree. One that is a leaf becomes a split that leads to it either way: roots are splits. */
  root(child: Child): void {
    if (child.kind === "split") {
      this.#roots.push(child.number);
      return;
    }
    const split = this.split({ feature: 0, mode: splitMode.leq, threshold: 0, missingIsTrue: false });
    this.link(split, child, child);
    this.#roots.push(split.number);
  }

  attributes(targets: number): ReadonlyMap<string, Attribute> {
    const ints = (list: readonly number[]): Attribute => ({ kind: "ints", value: Float64Array.from(list) });
    const numbers = (list: readonly number[]): Attribute =>
      this.#dtype === "float32"
        ? { kind: "tensor", value: { dtype: "float32", shape: [list.length], data: Float32Array.from(list) } }
        : { kind: "tensor", value: { dtype: "float64", shape: [list.length], data: Float64Array.from(list) } };
    return new Map<string, Attribute>([
      ["n_targets", { kind: "int", value: targets }],
      ["aggregate_function", { kind: "int", value: 1 }],
      ["post_transform", { kind: "int", value: 0 }],
      ["tree_roots", ints(this.#roots)],
      ["nodes_featureids", ints(this.#features)],
      ["nodes_modes", { kind: "tensor", value: { dtype: "uint8", shape: [this.#modes.length], data: Uint8Array.from(this.#modes) } }],
      ["nodes_splits", numbers(this.#thresholds)],
      ["nodes_missing_value_tracks_true", ints(this.#missing)],
      ["nodes_truenodeids", ints(this.#ids.true)],
      ["nodes_trueleafs", ints(this.#areLeaves.true)],
      ["nodes_falsenodeids", ints(this.#ids.false)],
      ["nodes_falseleafs", ints(this.#areLeaves.false)],
      ["leaf_targetids", ints(this.#leafTargets)],
      ["leaf_weights", numbers(this.#leafValues)],
      ...(this.#members.length > 0 ? ([["membership_values", numbers(this.#members)]] as const) : []),
    ]);
  }
}
