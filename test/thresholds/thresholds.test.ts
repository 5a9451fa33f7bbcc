import { describe, expect, it } from "vitest";
import { checkThresholds } from "./check.ts";
import { treeNodeGraphs } from "./tree-nodes.ts";

/** Every split of every committed model, met exactly and missed by one float: no row may come to another leaf. */
describe("rows on the thresholds of", () => {
  it.each(treeNodeGraphs().map((trees) => [trees.name, trees] as const))("%s", { timeout: 60_000 }, async (_, trees) => {
    const { differences, rows, splits, unreachable } = await checkThresholds(trees);
    expect(differences).toEqual([]);
    expect(rows).toBeGreaterThan(0);
    expect(unreachable).toBeLessThanOrEqual(splits / 2);
  });
});
