import type { Emitter } from "../../emitter.ts";
import { storages } from "../../values.ts";
import type { Local } from "../../wasm/function.ts";
import { type BitVectorPlan, leafRanges, treesPerGroup, writeBitVectors, writeLeaves } from "./bit-vector-tables.ts";
import { emitSumOfLeaves } from "./leaf-sums.ts";
import { leafTableFor } from "./leaf-table.ts";
import { emitLoadLeaf } from "./leaves.ts";
import { emitRank, lowerRankSearch } from "./thresholds.ts";
import type { Traversal } from "./traverse.ts";

/**
 * Small trees without a walk, after QuickScorer (Lucchese et al., SIGIR 2015). A tree's vector has a bit for every leaf, the
 * lower ones first. A node that sends the row up rules out the leaves below its lower child; the leaf that the row reaches is
 * the first one left. What all nodes of a feature rule out depends on the row's rank in that feature alone, so it lies
 * ready in a table, for all trees side by side: a row costs a search and some ANDs per feature, and a look-up per tree.
 */
export function lowerBitVectors(plan: BitVectorPlan, traversal: Traversal): (emitter: Emitter) => void {
  const { forest, features, sums, lowering } = traversal;
  const { leaves, stride } = plan;
  const ranges = forest.trees.map(leafRanges);
  const tables = writeBitVectors(forest, plan, ranges).map(({ column, list, rows, missing }) => ({
    column,
    missing,
    search: lowerRankSearch(list, forest.precision, lowering),
    address: lowering.memory.constant(rows),
  }));
  // Of trees that ask for nothing, every leaf is left: the only one they have.
  const vectors = lowering.memory.constant(new Uint8Array(stride).fill(0xff));
  const leafTable = leafTableFor(forest.trees, traversal);
  const entries = lowering.memory.constant(writeLeaves(traversal, plan, ranges, leafTable));
  const log2 = {
    entry: leafTable === undefined && traversal.leaves === "float64" ? 3 : 2,
    leaves: Math.log2(leaves),
    vector: Math.log2(leaves / 8),
  };
  const loadVector = leaves === 8 ? "i32.load8_u" : leaves === 16 ? "i32.load16_u" : "i32.load";

  return (emitter) => {
    const { fn } = emitter;
    const { type, log2Bytes } = storages[forest.precision];
    const value = fn.local(type);
    const rank = fn.local("i32");
    const rows = tables.map(() => fn.local("i32"));
    emitter.eachRow([features.columns, sums], () => {
      tables.forEach(({ column, search, missing }, index) => {
        emitRank(emitter, features, column, search, value, rank);
        fn.get(rank)
          .const("i32", stride >> log2Bytes)
          .op("i32.mul");
        if (missing !== undefined) {
          fn.const("i32", missing * stride)
            .get(value)
            .get(value);
          fn.op(type === "f32" ? "f32.eq" : "f64.eq", "select");
        }
        fn.set(rows[index] as Local);
      });
      if (tables.length > 0)
        emitAnds(
          emitter,
          traversal,
          tables.map(({ address }, index) => ({ address, row: rows[index] as Local })),
          vectors,
          stride,
        );
      emitSumOfLeaves(emitter, traversal, {
        trees: plan.trees,
        group: forest.targets === 1 ? treesPerGroup : treesPerGroup / 2,
        load: (first, index) => {
          fn.get(first);
          if (log2.vector > 0) fn.const("i32", log2.vector).op("i32.shl");
          fn.memory(loadVector, vectors + (index << log2.vector)).op("i32.ctz");
          fn.const("i32", log2.entry)
            .op("i32.shl")
            .get(first)
            .const("i32", log2.leaves + log2.entry)
            .op("i32.shl", "i32.add");
          const at = entries + (index << (log2.leaves + log2.entry));
          if (leafTable === undefined) emitLoadLeaf(emitter, traversal, at);
          else fn.memory("i32.load", at);
        },
      });
    });
  };
}

/** Writes the AND of the tables' rows to `vectors`. */
function emitAnds(
  { fn }: Emitter,
  { lowering }: Traversal,
  tables: readonly { readonly address: number; readonly row: Local }[],
  vectors: number,
  stride: number,
): void {
  const [bytes, load, and, store] = lowering.simd
    ? ([16, "v128.load", "v128.and", "v128.store"] as const)
    : ([8, "i64.load", "i64.and", "i64.store"] as const);
  const at = fn.local("i32");
  fn.count(at, 0, stride, bytes, () => {
    fn.get(at);
    tables.forEach(({ address, row }, index) => {
      fn.get(row).get(at).op("i32.add").memory(load, address);
      if (index > 0) fn.op(and);
    });
    fn.memory(store, vectors);
  });
}
