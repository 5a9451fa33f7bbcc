import type { Emitter } from "../../emitter.ts";
import type { Lowering } from "../../lowering.ts";
import { storages } from "../../values.ts";
import type { Local } from "../../wasm/function.ts";
import type { Features } from "./features.ts";
import type { Forest } from "./forest.ts";

/**
 * The distinct thresholds of every feature, ascending. A row's rank in a feature is the number of thresholds that lie
 * below its value, so that "value <= threshold number i" is "rank <= i": exact, whatever the precision.
 */
export type Thresholds = ReadonlyMap<number, Float64Array>;

/** Nothing where there are more than `most` of them: a large forest mostly has, and is then not read to its end. */
export function distinctThresholds({ trees }: Pick<Forest, "trees">, most: number): Thresholds | undefined {
  const found = new Map<number, Set<number>>();
  let left = most;
  for (const { feature, threshold } of trees)
    for (let node = 0; node < feature.length; node++) {
      const column = feature[node] as number;
      if (column < 0) continue;
      let values = found.get(column);
      if (values === undefined) {
        values = new Set();
        found.set(column, values);
      }
      const before = values.size;
      // -0 and 0 compare as equal; a sum with 0 makes them one.
      values.add((threshold[node] as number) + 0);
      if (values.size > before && --left < 0) return undefined;
    }
  return new Map([...found].sort(([a], [b]) => a - b).map(([column, values]) => [column, Float64Array.from(values).sort()]));
}

/** The rank of a threshold that is in the list. */
export function rankOf(list: Float64Array, threshold: number): number {
  let low = 0;
  let high = list.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle] as number) < threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Steps of the search for a rank among so many thresholds. */
export function searchSteps(thresholds: number): number {
  return Math.ceil(Math.log2(thresholds + 1));
}

/** A feature's thresholds in the kernel's memory, filled up to 2^steps - 1 with infinities, above which nothing lies. */
export interface RankSearch {
  readonly address: number;
  readonly steps: number;
  readonly precision: Forest["precision"];
}

export function lowerRankSearch(list: Float64Array, precision: Forest["precision"], lowering: Lowering): RankSearch {
  const steps = searchSteps(list.length);
  const table = precision === "float32" ? new Float32Array(2 ** steps - 1) : new Float64Array(2 ** steps - 1);
  table.fill(Number.POSITIVE_INFINITY);
  table.set(list);
  return { address: lowering.memory.constant(table), steps, precision };
}

/**
 * Sets `value` to the row's value of the feature and `rank` to its rank times the bytes of a threshold: by halves, without
 * a branch to guess. NaN has rank 0.
 */
export function emitRank(emitter: Emitter, features: Features, feature: number, search: RankSearch, value: Local, rank: Local): void {
  const { fn } = emitter;
  const { columns, offset } = features;
  const { type, log2Bytes } = storages[search.precision];
  const f = type === "f32" ? "f32" : "f64";
  emitter.load(columns, offset(feature, false) >> log2Bytes);
  fn.set(value);
  for (let step = search.steps - 1; step >= 0; step--) {
    const half = 2 ** step;
    const isFirst = step === search.steps - 1;
    fn.get(value);
    if (isFirst) fn.const("i32", 0);
    else fn.get(rank);
    fn.memory(`${f}.load`, search.address + ((half - 1) << log2Bytes)).op(`${f}.gt`);
    fn.const("i32", step + log2Bytes).op("i32.shl");
    if (!isFirst) fn.get(rank).op("i32.add");
    fn.set(rank);
  }
}
