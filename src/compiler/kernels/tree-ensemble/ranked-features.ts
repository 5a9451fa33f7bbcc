import type { Emitter } from "../../emitter.ts";
import type { Lowering } from "../../lowering.ts";
import { storages } from "../../values.ts";
import type { Features } from "./features.ts";
import type { Forest } from "./forest.ts";
import { emitRank, lowerRankSearch, type Thresholds } from "./thresholds.ts";

/** Ranks that a node has room for: 0 is below all thresholds, and the highest is that of a missing value which goes up. */
export const maxRankedThresholds = 0xfffe;
/** Features that a node has room for, each twice where missing values go both ways. */
export const maxRankedFeatures = 0xffff / 4 / 2;

/** The rows' ranks in the features that the forest asks for: each feature once for every way that its missing values go. */
export function lowerRankedFeatures(forest: Forest, thresholds: Thresholds, features: Features, lowering: Lowering): Features {
  const ways = missingWays(forest);
  const slots = new Map<number, number>();
  for (const way of ways) slots.set(way, slots.size);
  const ranks = lowering.allocate("int32", ["rows", slots.size]);
  const searches = [...thresholds].map(([feature, list]) => ({ feature, search: lowerRankSearch(list, forest.precision, lowering) }));
  const emit = (emitter: Emitter): void => {
    const { fn } = emitter;
    const { type, log2Bytes } = storages[forest.precision];
    const value = fn.local(type);
    const rank = fn.local("i32");
    features.emit?.(emitter);
    emitter.eachRow([features.columns, ranks], () => {
      for (const { feature, search } of searches) {
        emitRank(emitter, features, feature, search, value, rank);
        fn.get(rank)
          .const("i32", 16 - log2Bytes)
          .op("i32.shl")
          .const("i32", 0xffff)
          .op("i32.or")
          .set(rank);
        const lower = slots.get(wayOf(feature, true));
        const upper = slots.get(wayOf(feature, false));
        // NaN has rank 0, that is, goes lower everywhere.
        if (lower !== undefined) emitter.store(ranks, lower, () => fn.get(rank));
        if (upper !== undefined)
          emitter.store(ranks, upper, () => {
            fn.get(rank).const("i32", -1).get(value).get(value);
            fn.op(type === "f32" ? "f32.eq" : "f64.eq", "select");
          });
      }
    });
  };
  return { columns: ranks, offset: (feature, missingLower) => 4 * (slots.get(wayOf(feature, missingLower)) as number), emit };
}

function wayOf(feature: number, missingLower: boolean): number {
  return 2 * feature + (missingLower ? 1 : 0);
}

/** The features and ways that splits have, ascending. */
function missingWays({ trees }: Forest): number[] {
  const ways = new Set<number>();
  for (const { feature, missingLower } of trees)
    for (let node = 0; node < feature.length; node++)
      if ((feature[node] as number) >= 0) ways.add(wayOf(feature[node] as number, missingLower[node] === 1));
  return [...ways].sort((a, b) => a - b);
}
