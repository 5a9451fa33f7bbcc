import { intAttribute, stringAttribute } from "../../../graph/attributes.ts";
import type { Emitter } from "../../emitter.ts";
import { type Lower, type Lowered, type Lowering, type LoweringNode, tableInput, unsupported } from "../../lowering.ts";
import type { RowsValue } from "../../values.ts";
import { emitClassScores } from "../class-scores.ts";
import { lowerClasses } from "../classes.ts";
import { postTransformOf } from "../post-transform.ts";
import { type TreeTables, treeTables } from "./attributes.ts";
import { canonicalize } from "./canonicalize.ts";
import { lowerFeatures } from "./features.ts";
import type { Forest } from "./forest.ts";
import { paddedTargets } from "./leaves.ts";
import { lowerTraversal } from "./traverse.ts";

/** ONNX Runtime compares float64 rows in float64, and rows of any other type in float32. */
function precisionOf(input: RowsValue): Forest["precision"] {
  return input.dtype === "float64" ? "float64" : "float32";
}

/** The code that leaves each row's sums over the trees in a float64 `[rows, targets]`. */
function lowerSums(
  node: LoweringNode,
  tables: TreeTables,
  targets: number,
  lowering: Lowering,
): { sums: RowsValue; emit: (emitter: Emitter) => void; trees: number } {
  const input = tableInput(node);
  const forest = canonicalize(node, tables, input.width, targets, precisionOf(input));
  const { features, slots, emit: prepare } = lowerFeatures(forest, input, lowering);
  const sums = lowering.allocate("float64", ["rows", paddedTargets(targets)]);
  const traverse = lowerTraversal({ forest, features, slots, sums, lowering });
  const emit = (emitter: Emitter): void => {
    prepare?.(emitter);
    traverse(emitter);
  };
  return { sums, emit, trees: forest.trees.length };
}

export const lowerTreeEnsembleRegressor: Lower = (node, lowering): Lowered => {
  const targets = intAttribute(node, "n_targets", 1);
  const aggregate = stringAttribute(node, "aggregate_function") ?? "SUM";
  if (aggregate !== "SUM" && aggregate !== "AVERAGE") unsupported(node, `the aggregate function ${aggregate}`);
  if (postTransformOf(node) !== "NONE") unsupported(node, "a post-transform on a regressor");
  if (!(targets >= 1 && targets <= 65_536)) unsupported(node, `${targets} targets`);
  const tables = treeTables(node, "target");
  if (tables.baseValues.length !== 0 && tables.baseValues.length !== targets) unsupported(node, "as many base values as it has");
  const { sums, emit, trees } = lowerSums(node, tables, targets, lowering);
  const base = lowering.memory.constant(Float64Array.from({ length: targets }, (_, target) => tables.baseValues[target] ?? 0));
  const output = lowering.allocate("float32", ["rows", targets]);

  return {
    outputs: [output],
    emit: (emitter) => {
      emit(emitter);
      emitter.eachRow([sums, output], () =>
        emitter.elements(targets, (target) =>
          emitter.storeF64(output, target, () => {
            emitter.load(sums, target);
            if (aggregate === "AVERAGE") emitter.fn.const("f64", trees).op("f64.div");
            emitter.loadConstant("float64", base, target);
            emitter.fn.op("f64.add");
          }),
        ),
      );
    },
  };
};

export const lowerTreeEnsembleClassifier: Lower = (node, lowering): Lowered => {
  const tables = treeTables(node, "class");
  const classes = lowerClasses(node, "classlabels_int64s", lowering);
  const transform = postTransformOf(node);
  const named = new Set(Array.from(tables.leafTargets));
  // Two classes with one score for both, that of the second, which exporters list under class 0.
  const binary = classes.count === 2 && named.size === 1;
  const columns = binary ? 1 : classes.count;
  const weights = Array.from(tables.leafWeights);
  if (binary && !named.has(0)) unsupported(node, "two classes whose weights all name the second");
  if (classes.count === 1) unsupported(node, "a single class");
  const allPositive = weights.every((weight) => weight >= 0);
  // Weights that are all positive are shares; a logistic score is a margin whatever its weights.
  const oneScore = allPositive && transform !== "LOGISTIC" ? "share" : "margin";
  // A class that no reached leaf gives a score is not a candidate there; with scores of both signs that matters.
  if (!binary && !allPositive && !everyClassIsAlwaysScored(tables, classes.count))
    unsupported(node, "leaves with scores of both signs that leave classes out");
  const { sums, emit } = lowerSums(node, binary ? { ...tables, leafTargets: new Uint8Array(weights.length) } : tables, columns, lowering);
  const base = lowering.memory.constant(Float64Array.from(baseOf(node, tables, binary, classes.count)));
  const label = lowering.allocate(classes.dtype, ["rows"]);
  const scores = lowering.allocate("float32", ["rows", classes.count]);

  return {
    outputs: [label, scores],
    emit: (emitter) => {
      emit(emitter);
      emitter.eachRow([sums, label, scores], () => {
        emitter.elements(columns, (element) =>
          emitter.store(sums, element, () => {
            emitter.load(sums, element);
            emitter.loadConstant("float64", base, element);
            emitter.fn.op("f64.add");
          }),
        );
        emitClassScores(emitter, { sums: emitter.part(sums, 0, columns), label, scores, classes, transform, oneScore }, lowering);
      });
    },
  };
};

/** Whether for every class there is a tree whose every leaf scores it, as in gradient boosting. */
function everyClassIsAlwaysScored({ treeIds, modes, leafTreeIds, leafTargets }: TreeTables, classes: number): boolean {
  const leaves = new Map<number, number>();
  modes.forEach((mode, position) => {
    const tree = treeIds[position] as number;
    if (mode === "LEAF") leaves.set(tree, (leaves.get(tree) ?? 0) + 1);
  });
  for (let target = 0; target < classes; target++) {
    const scored = new Map<number, number>();
    for (let index = 0; index < leafTreeIds.length; index++) {
      const tree = leafTreeIds[index] as number;
      if (leafTargets[index] === target) scored.set(tree, (scored.get(tree) ?? 0) + 1);
    }
    if (![...scored].some(([tree, count]) => leaves.get(tree) === count)) return false;
  }
  return true;
}

function baseOf(node: LoweringNode, { baseValues }: TreeTables, binary: boolean, classes: number): number[] {
  const values = Array.from(baseValues);
  if (values.length === 0) return new Array<number>(binary ? 1 : classes).fill(0);
  if (binary && values.length === 1) return values;
  if (!binary && values.length === classes) return values;
  return unsupported(node, `${values.length} base values for ${classes} classes`);
}
