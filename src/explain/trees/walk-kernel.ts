import { gaussLegendre } from "./quadrature.ts";
import { field, nodeBytes, type WalkLayout, type WalkShape, walkCode, walkName } from "./walk-code.ts";
import type { WeightedForest, WeightedTree } from "./weighted-forest.ts";

/** A forest in a WebAssembly memory, with the code that walks it. */
export interface WalkKernel {
  /** A row's columns and the answers to its tests. */
  readonly values: Float64Array;
  /** players × targets: walks add to them. */
  readonly contributions: Float64Array;
  walk(tree: number): void;
}

type Walk = (root: number, end: number) => void;

interface WalkExports extends Readonly<Record<string, unknown>> {
  readonly memory: WebAssembly.Memory;
}

/** More code than this is not written: wide leaves and long paths are walked in JavaScript. */
const mostVectors = 48;
/** As for predictions: a forest of more is not worth a kernel. */
const mostBytes = 2 ** 30;

/** Undefined for a forest that the code does not cover. */
export function walkKernel(forest: WeightedForest): WalkKernel | undefined {
  const shapes = forest.trees.map(shapeOf);
  const distinct = new Map(shapes.map((shape) => [walkName(shape), shape]));
  if (distinct.size > 64 || [...distinct.values()].some(({ pairs, targets }) => pairs * (targets + 3) > mostVectors)) return undefined;
  const layout = layoutOf(forest, [...distinct.values()]);
  const { addresses, bytes } = placeNodes(forest, layout.bytes);
  if (bytes > mostBytes) return undefined;
  const module = new WebAssembly.Module(walkCode([...distinct.values()], { ...layout, bytes }));
  const exports = new WebAssembly.Instance(module).exports as unknown as WalkExports;
  const { buffer } = exports.memory;
  const view = new DataView(buffer);
  for (const [pairs, address] of layout.rules) writeRule(new Float64Array(buffer, address, pairs * 8), 2 * pairs);
  new Int32Array(buffer, layout.known, forest.players).fill(1);
  writeNodes(forest, addresses, view);
  const walks = shapes.map((shape) => exports[walkName(shape)] as Walk);
  const roots = forest.trees.map(({ root }) => addresses[root] as number);
  const ends = forest.trees.map(({ end }) => addresses[end - 1] as number);
  return {
    values: new Float64Array(buffer, layout.values, forest.columns + forest.tests.length),
    contributions: new Float64Array(buffer, layout.contributions, forest.players * forest.targets),
    walk: (tree) => {
      forest.trees[tree]?.targets.forEach((target, index) => {
        view.setInt32(layout.targets + 4 * index, 8 * target, true);
      });
      walks[tree]?.(roots[tree] as number, ends[tree] as number);
    },
  };
}

function shapeOf({ width, targets }: WeightedTree): WalkShape {
  return { pairs: Math.max(1, Math.ceil(width / 4)), targets: targets.length };
}

function layoutOf(forest: WeightedForest, shapes: readonly WalkShape[]): WalkLayout {
  // The first bytes stay free, so that no address is 0.
  let bytes = 16;
  const place = (size: number): number => {
    const at = bytes;
    bytes = Math.ceil((at + size) / 16) * 16;
    return at;
  };
  const rules = new Map<number, number>();
  for (const { pairs } of shapes) if (!rules.has(pairs)) rules.set(pairs, place(pairs * 64));
  const deepest = shapes.reduce((most, { pairs, targets }) => Math.max(most, pairs * targets * 16), 16);
  return {
    values: place(8 * (forest.columns + forest.tests.length)),
    known: place(4 * forest.players),
    contributions: place(8 * forest.players * forest.targets),
    targets: place(4 * Math.max(1, forest.targets)),
    sums: place((forest.maxDepth + 2) * deepest),
    rules,
    get bytes() {
      return bytes;
    },
  };
}

function placeNodes(
  { column, trees, leafValues, leaf }: WeightedForest,
  from: number,
): { readonly addresses: Float64Array; readonly bytes: number } {
  const addresses = new Float64Array(column.length);
  let bytes = from;
  trees.forEach(({ root, end, targets }) => {
    for (let node = root; node < end; node++) {
      addresses[node] = bytes;
      bytes += (column[node] as number) < 0 ? field.leafValues + 8 * targets.length : nodeBytes;
    }
  });
  return { addresses, bytes: leafValues.length + leaf.length === 0 ? from : bytes };
}

function writeNodes(forest: WeightedForest, addresses: Float64Array, view: DataView): void {
  const { column, threshold, missingLower, lower, player, repeated, shareAbove, share, leaf, leafValues, targets } = forest;
  const int = (at: number, value: number): void => view.setInt32(at, value, true);
  const float = (at: number, value: number): void => view.setFloat64(at, value, true);
  for (const tree of forest.trees)
    for (let node = tree.root; node < tree.end; node++) {
      const at = addresses[node] as number;
      if ((column[node] as number) < 0) {
        int(at + field.value, -1);
        for (let index = 0; index < tree.targets.length; index++)
          float(at + field.leafValues + 8 * index, leafValues[(leaf[node] as number) + index] as number);
        continue;
      }
      int(at + field.value, 8 * (column[node] as number));
      int(at + field.known, 4 * (player[node] as number));
      int(at + field.flags, (missingLower[node] as number) + 2 * (repeated[node] as number));
      int(at + field.lower, addresses[lower[node] as number] as number);
      int(at + field.contributions, 8 * targets * (player[node] as number));
      float(at + field.threshold, threshold[node] as number);
      float(at + field.shareAbove, shareAbove[node] as number);
      float(at + field.shareUpper, share[node + 1] as number);
      float(at + field.shareLower, share[lower[node] as number] as number);
    }
}

/** Two points at a time: of an odd number one more is as exact. */
function writeRule(into: Float64Array, count: number): void {
  const { points, weights } = gaussLegendre(count);
  points.forEach((point, index) => {
    into[index] = point;
    into[count + index] = 1 - point;
    into[2 * count + index] = weights[index] as number;
    into[3 * count + index] = (weights[index] as number) / (1 - point);
  });
}
