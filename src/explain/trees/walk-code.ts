import { WasmFunction } from "../../compiler/wasm/function.ts";
import { WasmModule } from "../../compiler/wasm/module.ts";
import type { ValueType } from "../../compiler/wasm/opcodes.ts";

/** A split in the walk's memory: its size, and where its fields lie. A leaf has -1 for `value`, and its values from `leafValues` on. */
export const nodeBytes = 56;
export const field = {
  /** int32: bytes from the row's first value to the one that the split reads. */
  value: 0,
  /** int32: 4 × the player. */
  known: 4,
  threshold: 8,
  /** int32: 1 where a missing value goes lower, 2 where a split above is the same player's. */
  flags: 16,
  /** int32: the lower child's address; the upper one lies behind the split. */
  lower: 20,
  shareAbove: 24,
  shareUpper: 32,
  shareLower: 40,
  /** int32: bytes from the first contribution to the player's. */
  contributions: 48,
  leafValues: 8,
} as const;

/** Which code a tree is walked by: pairs of quadrature points, and targets that its leaves give something. */
export interface WalkShape {
  readonly pairs: number;
  readonly targets: number;
}

/** Addresses in the walk's memory. */
export interface WalkLayout {
  readonly values: number;
  /** int32 by player: whether the row goes the way of all its splits above. */
  readonly known: number;
  readonly contributions: number;
  /** int32 by target of the tree: bytes from a player's first contribution. */
  readonly targets: number;
  /** Sums by depth. */
  readonly sums: number;
  /** By pairs: points, 1 - points, weights and weights / (1 - points), one after the other. */
  readonly rules: ReadonlyMap<number, number>;
  readonly bytes: number;
}

/** The name of a shape's function from a root's address, and the tree's end, to nothing. */
export function walkName({ pairs, targets }: WalkShape): string {
  return `${pairs}:${targets}`;
}

/** The same walk as `TreeShapley`'s own, two points at a time. */
export function walkCode(shapes: readonly WalkShape[], layout: WalkLayout): Uint8Array<ArrayBuffer> {
  const module = new WasmModule();
  shapes.forEach((shape, index) => {
    // Of every shape the walk, and what begins it: no vector can come from JavaScript.
    const self = module.add(walk(shape, layout, 2 * index));
    const enter = new WasmFunction(["i32", "i32"]);
    // Reads the tree from its first line to its last: a walk goes to and fro, and would wait for each line that is not in the cache.
    const [at, seen] = [enter.local("i32"), enter.local("i32")];
    enter.get(enter.parameter(0)).set(at);
    enter.loop(() => {
      enter.get(seen).get(at).memory("i32.load", 0).op("i32.or").set(seen);
      enter.get(at).const("i32", 64).op("i32.add").tee(at).get(enter.parameter(1)).op("i32.lt_u").brIf(0);
    });
    enter.const("i32", 0).get(seen).memory("i32.store", 0);
    enter.get(enter.parameter(0)).const("i32", layout.sums);
    for (let pair = 0; pair < shape.pairs; pair++) enter.const("f64", 1).op("f64x2.splat");
    module.add(enter.call(self), walkName(shape));
  });
  return module.encode(Math.ceil(layout.bytes / 65_536));
}

function walk({ pairs, targets }: WalkShape, layout: WalkLayout, self: number): WasmFunction {
  const fn = new WasmFunction(["i32", "i32", ...new Array<ValueType>(pairs).fill("v128")]);
  const [node, sums] = [fn.parameter(0), fn.parameter(1)];
  const sumBytes = pairs * targets * 16;
  const eachPair = Array.from({ length: pairs }, (_, pair) => pair);
  const eachTarget = Array.from({ length: targets }, (_, target) => target);
  const [value, known, goesLower, flags, nextNode, otherNode] = [
    fn.local("i32"),
    fn.local("i32"),
    fn.local("i32"),
    fn.local("i32"),
    fn.local("i32"),
    fn.local("i32"),
  ];
  const [number, share, otherShare] = [fn.local("f64"), fn.local("f64"), fn.local("f64")];
  const [vector, wide, total] = [fn.local("v128"), fn.local("v128"), fn.local("v128")];
  /** The products, without the player's own factor above; and what the player's leaves above lose. */
  const above = eachPair.map(() => fn.local("v128"));
  const lost = eachPair.map(() => fn.local("v128"));
  const factors = eachPair.map(() => fn.local("v128"));
  const rule = (list: number, pair: number): void => {
    const at = (layout.rules.get(pairs) as number) + (list * pairs + pair) * 16;
    fn.const("i32", 0).memory("v128.load", at);
  };
  const [points, rest, weights, cold] = [0, 1, 2, 3] as const;

  fn.get(node).memory("i32.load", field.value).set(value);
  fn.get(node).memory("i32.load", field.known).memory("i32.load", layout.known).set(known);
  fn.get(node).memory("i32.load", field.flags).set(flags);
  fn.get(value).memory("f64.load", layout.values).tee(number).get(number).op("f64.eq");
  fn.if(
    () => fn.get(number).get(node).memory("f64.load", field.threshold).op("f64.le"),
    () => fn.get(flags).const("i32", 1).op("i32.and"),
    "i32",
  );
  fn.set(goesLower);
  const either = (lower: () => void, upper: () => void, whenLower: boolean): void => {
    if (whenLower) lower();
    else upper();
    if (whenLower) upper();
    else lower();
    fn.get(goesLower).op("select");
  };
  const lowerNode = (): void => void fn.get(node).memory("i32.load", field.lower);
  const upperNode = (): void => void fn.get(node).const("i32", nodeBytes).op("i32.add");
  const lowerShare = (): void => void fn.get(node).memory("f64.load", field.shareLower);
  const upperShare = (): void => void fn.get(node).memory("f64.load", field.shareUpper);
  // First the child that the row goes to.
  either(lowerNode, upperNode, true);
  fn.set(nextNode);
  either(lowerNode, upperNode, false);
  fn.set(otherNode);
  either(lowerShare, upperShare, true);
  fn.set(share);
  either(lowerShare, upperShare, false);
  fn.set(otherShare);

  /** Multiplies what is above with the factors, and visits a child; half of all nodes are leaves, which need no call. */
  const visit = (child: typeof nextNode): void => {
    const product = (pair: number): void =>
      void fn
        .get(above[pair] as typeof vector)
        .get(factors[pair] as typeof vector)
        .op("f64x2.mul");
    fn.get(child).memory("i32.load", field.value).const("i32", 0).op("i32.lt_s");
    fn.if(
      () => {
        for (const target of eachTarget) {
          fn.get(child)
            .memory("f64.load", field.leafValues + 8 * target)
            .op("f64x2.splat")
            .set(wide);
          for (const pair of eachPair) {
            fn.get(sums).get(wide);
            product(pair);
            fn.op("f64x2.mul").memory("v128.store", sumBytes + (target * pairs + pair) * 16);
          }
        }
      },
      () => {
        fn.get(child).get(sums).const("i32", sumBytes).op("i32.add");
        for (const pair of eachPair) product(pair);
        fn.call(self);
      },
    );
  };
  const childSum = (target: number, pair: number): void => void fn.get(sums).memory("v128.load", sumBytes + (target * pairs + pair) * 16);
  const takeSums = (isFirst: boolean): void => {
    for (const target of eachTarget)
      for (const pair of eachPair) {
        fn.get(sums);
        childSum(target, pair);
        if (!isFirst)
          fn.get(sums)
            .memory("v128.load", (target * pairs + pair) * 16)
            .op("f64x2.add");
        fn.memory("v128.store", (target * pairs + pair) * 16);
      }
  };
  /** `factors` hold what the child's sums are multiplied with. */
  const contribute = (): void => {
    for (const target of eachTarget) {
      for (const pair of eachPair) {
        childSum(target, pair);
        fn.get(factors[pair] as typeof vector).op("f64x2.mul");
        if (pair > 0) fn.get(total).op("f64x2.add");
        fn.set(total);
      }
      fn.get(node)
        .memory("i32.load", field.contributions)
        .const("i32", 4 * target)
        .memory("i32.load", layout.targets)
        .op("i32.add")
        .tee(value);
      fn.get(value).memory("f64.load", layout.contributions);
      fn.get(total).op("f64x2.extract_lane_0").get(total).op("f64x2.extract_lane_1", "f64.add", "f64.add");
      fn.memory("f64.store", layout.contributions);
    }
  };
  const setKnown = (to: number): void =>
    void fn.get(node).memory("i32.load", field.known).const("i32", to).memory("i32.store", layout.known);

  fn.get(known);
  fn.if(
    () => {
      fn.get(flags).const("i32", 2).op("i32.and");
      fn.if(
        () => {
          fn.get(node).memory("f64.load", field.shareAbove).tee(number).op("f64x2.splat").set(wide);
          fn.const("f64", 1).get(number).op("f64.sub", "f64x2.splat").set(vector);
          for (const pair of eachPair) {
            rule(rest, pair);
            fn.get(wide).op("f64x2.mul");
            rule(points, pair);
            fn.op("f64x2.add").set(total);
            fn.get(fn.parameter(2 + pair))
              .get(total)
              .op("f64x2.div")
              .set(above[pair] as typeof vector);
            rule(weights, pair);
            fn.get(vector)
              .op("f64x2.mul")
              .get(total)
              .op("f64x2.div")
              .set(lost[pair] as typeof vector);
          }
        },
        () => {
          for (const pair of eachPair) {
            fn.get(fn.parameter(2 + pair)).set(above[pair] as typeof vector);
            fn.const("f64", 0)
              .op("f64x2.splat")
              .set(lost[pair] as typeof vector);
          }
        },
      );
      fn.get(share).op("f64x2.splat").set(wide);
      for (const pair of eachPair) {
        rule(rest, pair);
        fn.get(wide).op("f64x2.mul");
        rule(points, pair);
        fn.op("f64x2.add").set(factors[pair] as typeof vector);
      }
      visit(nextNode);
      takeSums(true);
      fn.const("f64", 1).get(share).op("f64.sub", "f64x2.splat").set(wide);
      for (const pair of eachPair) {
        rule(weights, pair);
        fn.get(wide)
          .op("f64x2.mul")
          .get(factors[pair] as typeof vector)
          .op("f64x2.div");
        fn.get(lost[pair] as typeof vector)
          .op("f64x2.sub")
          .set(factors[pair] as typeof vector);
      }
      contribute();
      // Where no training row went, and this one does not go either, nothing is worth anything.
      fn.get(otherShare).const("f64", 0).op("f64.gt");
      fn.if(() => {
        setKnown(0);
        fn.get(otherShare).op("f64x2.splat").set(wide);
        for (const pair of eachPair) {
          rule(rest, pair);
          fn.get(wide)
            .op("f64x2.mul")
            .set(factors[pair] as typeof vector);
        }
        visit(otherNode);
        setKnown(1);
        takeSums(false);
        for (const pair of eachPair) {
          fn.const("f64", 0).op("f64x2.splat");
          rule(cold, pair);
          fn.op("f64x2.sub")
            .get(lost[pair] as typeof vector)
            .op("f64x2.sub")
            .set(factors[pair] as typeof vector);
        }
        contribute();
      });
    },
    () => {
      // Below a split that the row does not take the player's other splits only share the rows.
      for (const target of eachTarget)
        for (const pair of eachPair)
          fn.get(sums)
            .const("f64", 0)
            .op("f64x2.splat")
            .memory("v128.store", (target * pairs + pair) * 16);
      for (const pair of eachPair) fn.get(fn.parameter(2 + pair)).set(above[pair] as typeof vector);
      for (const [child, own] of [
        [nextNode, share],
        [otherNode, otherShare],
      ] as const) {
        fn.get(own).const("f64", 0).op("f64.gt");
        fn.if(() => {
          fn.get(own).get(node).memory("f64.load", field.shareAbove).op("f64.div", "f64x2.splat").set(wide);
          for (const pair of eachPair) fn.get(wide).set(factors[pair] as typeof vector);
          visit(child);
          takeSums(false);
        });
      }
    },
  );
  return fn;
}
