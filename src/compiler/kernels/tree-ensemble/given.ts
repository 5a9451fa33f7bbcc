import type { TreeTables } from "./attributes.ts";
import type { TreeStructure } from "./structure.ts";

/**
 * Where it matters whether a leaf has a weight for a target, and not only which, every leaf gets a second list of
 * as many targets: 1 where it has one, else 0. Their sums count the trees that gave a target something.
 */
export function withGiven(tables: TreeTables, targets: number): TreeTables {
  const { leafTreeIds, leafNodeIds, leafTargets, leafWeights } = tables;
  const twice = (list: ArrayLike<number>): number[] => [...Array.from(list), ...Array.from(list)];
  return {
    ...tables,
    leafTreeIds: twice(leafTreeIds),
    leafNodeIds: twice(leafNodeIds),
    leafTargets: [...Array.from(leafTargets), ...Array.from(leafTargets, (target) => target + targets)],
    leafWeights: [...Array.from(leafWeights), ...new Array<number>(leafWeights.length).fill(1)],
  };
}

/** The same for trees of ai.onnx.ml 5, whose leaves have one target each. */
export function leavesWithGiven(structure: TreeStructure, targets: number, leafTargets: ArrayLike<number>): TreeStructure {
  const leafValues = new Float64Array(leafTargets.length * 2 * targets);
  for (let leaf = 0; leaf < leafTargets.length; leaf++) {
    const target = leafTargets[leaf] as number;
    leafValues[leaf * 2 * targets + target] = structure.leafValues[leaf * targets + target] as number;
    leafValues[leaf * 2 * targets + targets + target] = 1;
  }
  return { ...structure, leafStarts: structure.leafStarts.map((start) => (start < 0 ? start : 2 * start)), leafValues };
}
