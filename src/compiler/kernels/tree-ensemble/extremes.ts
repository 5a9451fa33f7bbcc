import type { Emitter } from "../../emitter.ts";
import type { Lowering } from "../../lowering.ts";
import type { RowsValue } from "../../values.ts";
import { lowerFeatures } from "./features.ts";
import type { Forest } from "./forest.ts";

/** How a node lies in memory, 24 bytes: threshold, byte offset of its feature or -1, addresses of its children, address of its values. */
const layout = { threshold: 0, slot: 8, lower: 12, upper: 16, values: 20, bytes: 24 } as const;

/**
 * The code that sets every row's `sums` to the smallest or largest of its leaves' values, 0 where no leaf has one.
 * With several targets the forest's leaves say which they have (see `withGiven`), and `sums` has one column for each.
 *
 * No trainer's default: one tree after the other, with a branch for every level.
 */
export function lowerExtremes(
  forest: Forest,
  input: RowsValue,
  sums: RowsValue,
  aggregate: "MIN" | "MAX",
  lowering: Lowering,
): (emitter: Emitter) => void {
  const targets = sums.width;
  const { columns, offset, emit: prepare } = lowerFeatures(forest, input, forest.missingGoesLower, lowering);
  const nodes = forest.trees.reduce((sum, tree) => sum + tree.feature.length, 0);
  const table = new Uint8Array(nodes * layout.bytes);
  const view = new DataView(table.buffer);
  const address = lowering.memory.constant(table);
  const roots = new Int32Array(forest.trees.length);
  let start = 0;
  forest.trees.forEach((tree, index) => {
    const from = start;
    const nodeAddress = (node: number): number => address + from + node * layout.bytes;
    // NaN for what a leaf does not have.
    const values = Float64Array.from({ length: (tree.leafValues.length / forest.targets) * targets }, (_, place) => {
      const own = Math.floor(place / targets) * forest.targets + (place % targets);
      return targets > 1 && tree.leafValues[own + targets] === 0 ? Number.NaN : (tree.leafValues[own] as number);
    });
    const valuesAddress = lowering.memory.constant(values);
    roots[index] = nodeAddress(0);
    tree.feature.forEach((feature, node) => {
      const at = from + node * layout.bytes;
      view.setFloat64(at + layout.threshold, tree.threshold[node] as number, true);
      view.setInt32(at + layout.slot, feature < 0 ? -1 : offset(feature, tree.missingLower[node] === 1), true);
      view.setInt32(at + layout.lower, nodeAddress(tree.lower[node] as number), true);
      view.setInt32(at + layout.upper, nodeAddress(tree.upper[node] as number), true);
      view.setInt32(at + layout.values, valuesAddress + (tree.leaf[node] as number) * targets * 8, true);
    });
    start += tree.feature.length * layout.bytes;
  });
  const rootsAddress = lowering.memory.constant(roots);

  return (emitter) => {
    const { fn } = emitter;
    const [root, node, slot] = [fn.local("i32"), fn.local("i32"), fn.local("i32")];
    const value = fn.local("f64");
    const walk = (): void => {
      fn.get(root).memory("i32.load").set(node);
      fn.loop(() => {
        fn.get(node).memory("i32.load", layout.slot).tee(slot).const("i32", 0).op("i32.ge_s");
        fn.if(() => {
          fn.get(node).memory("i32.load", layout.lower).get(node).memory("i32.load", layout.upper);
          fn.get(slot);
          emitter.pointer(columns);
          fn.op("i32.add");
          if (forest.precision === "float32") fn.memory("f32.load", columns.address).op("f64.promote_f32");
          else fn.memory("f64.load", columns.address);
          fn.get(node).memory("f64.load", layout.threshold).op("f64.le", "select").set(node).br(1);
        });
      });
    };
    prepare?.(emitter);
    emitter.eachRow([sums], () => emitter.elements(targets, (target) => emitter.store(sums, target, () => fn.const("f64", Number.NaN))));
    fn.count(root, rootsAddress, rootsAddress + roots.byteLength, 4, () =>
      emitter.eachRow([columns, sums], () => {
        walk();
        emitter.elements(targets, (target) => {
          fn.get(node).memory("i32.load", layout.values);
          emitter.position(target);
          fn.const("i32", 3).op("i32.shl", "i32.add").memory("f64.load").tee(value).get(value).op("f64.eq");
          fn.if(() =>
            emitter.store(sums, target, () => {
              fn.get(value);
              emitter.load(sums, target);
              fn.op(aggregate === "MIN" ? "f64.min" : "f64.max").get(value);
              emitter.load(sums, target);
              emitter.load(sums, target);
              fn.op("f64.eq", "select");
            }),
          );
        });
      }),
    );
    emitter.eachRow([sums], () =>
      emitter.elements(targets, (target) =>
        emitter.store(sums, target, () => {
          emitter.load(sums, target);
          fn.const("f64", 0);
          emitter.load(sums, target);
          emitter.load(sums, target);
          fn.op("f64.eq", "select");
        }),
      ),
    );
  };
}
