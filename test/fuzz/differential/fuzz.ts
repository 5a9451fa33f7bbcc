import { Dice } from "../../forests/dice.ts";
import { compareModel } from "./compare.ts";
import { encoder } from "./encoders.ts";
import type { RandomModel } from "./model.ts";
import { pipeline } from "./pipelines.ts";
import { treeClassifier, treeEnsemble5, treeRegressor } from "./tree-models.ts";

export interface FuzzTotals {
  models: number;
  cases: number;
  compiled: number;
  near: number;
  odd: number;
  /** Models by why an engine did not answer them. */
  readonly refused: Map<string, number>;
  readonly differences: string[];
}

const kinds: readonly ((dice: Dice) => RandomModel)[] = [
  treeRegressor,
  treeClassifier,
  treeEnsemble5,
  pipeline,
  pipeline,
  pipeline,
  encoder,
];

/** Compares random models until `goOn` says no; the seed of each is its number. */
export async function fuzzDifferential(seed: number, rows: number, goOn: (totals: FuzzTotals) => boolean): Promise<FuzzTotals> {
  const totals: FuzzTotals = { models: 0, cases: 0, compiled: 0, near: 0, odd: 0, refused: new Map(), differences: [] };
  for (let number = 0; goOn(totals); number++) {
    const dice = new Dice(seed * 10_000_019 + number);
    const model = dice.pick(kinds)(dice);
    const { cases, compiled, near, odd, refused, difference } = await compareModel(model, dice, rows);
    totals.models++;
    totals.cases += cases;
    totals.compiled += compiled;
    totals.near += near;
    totals.odd += odd;
    for (const why of refused) {
      const general = why
        .replace(/\(node "[^"]*"\)|"[^"]*"/g, "…")
        .replace(/-?\d+(\.\d+)?(e[+-]?\d+)?/g, "n")
        .slice(0, 160);
      totals.refused.set(general, (totals.refused.get(general) ?? 0) + 1);
    }
    if (difference !== undefined) totals.differences.push(`model ${number} of seed ${seed} (${model.name}): ${difference}`);
  }
  return totals;
}
