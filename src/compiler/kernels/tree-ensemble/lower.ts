import { intAttribute, stringAttribute } from "../../../graph/attributes.ts";
import type { Emitter } from "../../emitter.ts";
import { type Lower, type Lowered, type Lowering, type LoweringNode, tableInput, unsupported } from "../../lowering.ts";
import type { RowsValue } from "../../values.ts";
import { emitClassScores } from "../class-scores.ts";
import { lowerClasses } from "../classes.ts";
import { emitPostTransform, type PostTransform, postTransformByNumber, postTransformOf } from "../post-transform.ts";
import { type TreeTables, treeTables } from "./attributes.ts";
import { canonicalize } from "./canonicalize.ts";
import { ensembleStructure } from "./ensemble-structure.ts";
import type { Forest } from "./forest.ts";
import { paddedTargets } from "./leaves.ts";
import { mode, type TreeStructure } from "./structure.ts";
import { lowerTraversal } from "./traverse.ts";
import { aggregateName, treeEnsembleStructure } from "./tree-ensemble-structure.ts";

/** ONNX Runtime compares float64 rows in float64, and rows of any other type in float32. */
function precisionOf(input: RowsValue): Forest["precision"] {
  return input.dtype === "float64" ? "float64" : "float32";
}

/** The code that leaves each row's sums over the trees in a float64 `[rows, targets]`. */
function lowerSums(
  node: LoweringNode,
  structure: TreeStructure,
  targets: number,
  lowering: Lowering,
): { sums: RowsValue; emit: (emitter: Emitter) => void; trees: number } {
  const input = tableInput(node);
  const forest = canonicalize(node, structure, input.width, targets, precisionOf(input));
  const sums = lowering.allocate("float64", ["rows", paddedTargets(targets)]);
  return { sums, emit: lowerTraversal(forest, input, sums, lowering), trees: forest.trees.length };
}

export const lowerTreeEnsembleRegressor: Lower = (node, lowering) => {
  const targets = targetsOf(node);
  const tables = treeTables(node, "target");
  if (tables.baseValues.length !== 0 && tables.baseValues.length !== targets) unsupported(node, "as many base values as it has");
  return lowerTargets(node, lowering, {
    structure: ensembleStructure(node, tables, targets),
    targets,
    aggregate: stringAttribute(node, "aggregate_function") ?? "SUM",
    transform: postTransformOf(node, lowering),
    base: tables.baseValues,
    dtype: "float32",
  });
};

/** ai.onnx.ml 5, whose result has its input's type. */
export const lowerTreeEnsemble: Lower = (node, lowering) => {
  const targets = targetsOf(node);
  return lowerTargets(node, lowering, {
    structure: treeEnsembleStructure(node, targets),
    targets,
    aggregate: aggregateName(node),
    transform: postTransformByNumber(node, lowering),
    base: [],
    dtype: precisionOf(tableInput(node)),
  });
};

function targetsOf(node: LoweringNode): number {
  const targets = intAttribute(node, "n_targets", 1);
  return targets >= 1 && targets <= 65_536 ? targets : unsupported(node, `${targets} targets`);
}

interface Targets {
  readonly structure: TreeStructure;
  readonly targets: number;
  readonly aggregate: string;
  readonly transform: PostTransform;
  readonly base: ArrayLike<number>;
  readonly dtype: Forest["precision"];
}

function lowerTargets(node: LoweringNode, lowering: Lowering, parts: Targets): Lowered {
  const { structure, targets, aggregate, base, dtype } = parts;
  if (aggregate !== "SUM" && aggregate !== "AVERAGE") unsupported(node, `the aggregate function ${aggregate}`);
  // Of a single target ONNX Runtime transforms PROBIT only.
  const transform = targets === 1 && parts.transform !== "PROBIT" ? "NONE" : parts.transform;
  const { sums, emit, trees } = lowerSums(node, structure, targets, lowering);
  const baseAddress = lowering.memory.constant(Float64Array.from({ length: targets }, (_, target) => base[target] ?? 0));
  const output = lowering.allocate(dtype, ["rows", targets]);
  return {
    outputs: [output],
    emit: (emitter) => {
      emit(emitter);
      emitter.eachRow([sums, output], () => {
        const own = emitter.part(sums, 0, targets);
        emitter.elements(targets, (target) =>
          emitter.store(own, target, () => {
            emitter.load(own, target);
            if (aggregate === "AVERAGE") emitter.fn.const("f64", trees).op("f64.div");
            emitter.loadConstant("float64", baseAddress, target);
            emitter.fn.op("f64.add");
          }),
        );
        emitPostTransform(emitter, transform, own, lowering);
        emitter.elements(targets, (target) => emitter.storeF64(output, target, () => emitter.load(own, target)));
      });
    },
  };
}

export const lowerTreeEnsembleClassifier: Lower = (node, lowering): Lowered => {
  const tables = treeTables(node, "class");
  const classes = lowerClasses(node, "classlabels_int64s", lowering);
  const transform = postTransformOf(node, lowering);
  const named = distinct(tables.leafTargets);
  // Two classes with one score for both, that of the second, which exporters list under class 0.
  const binary = classes.count === 2 && named.size === 1;
  const columns = binary ? 1 : classes.count;
  if (binary && !named.has(0)) unsupported(node, "two classes whose weights all name the second");
  if (classes.count === 1) unsupported(node, "a single class");
  // ONNX Runtime leaves the second column unwritten.
  if (binary && transform === "PROBIT") unsupported(node, "PROBIT of a single score for two classes");
  const single = !node.attributes.has("class_weights_as_tensor");
  const allPositive = isNowhereNegative(tables.leafWeights);
  // Weights that are all positive are shares; a logistic score is a margin whatever its weights.
  const oneScore = allPositive && transform !== "LOGISTIC" ? "share" : "margin";
  // A class that no reached leaf gives a score is not a candidate there; with scores of both signs that matters.
  if (!binary && !allPositive && !everyClassIsAlwaysScored(tables, classes.count))
    unsupported(node, "leaves with scores of both signs that leave classes out");
  const scored = binary ? { ...tables, leafTargets: new Uint8Array(tables.leafTargets.length) } : tables;
  const { sums, emit } = lowerSums(node, ensembleStructure(node, scored, columns), columns, lowering);
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
        emitClassScores(emitter, { sums: emitter.part(sums, 0, columns), label, scores, classes, transform, oneScore, single }, lowering);
      });
    },
  };
};

// Loops, and no lists or sets of a million numbers on the way.
function distinct(numbers: ArrayLike<number>): ReadonlySet<number> {
  const found = new Set<number>();
  for (let index = 0; index < numbers.length; index++)
    if (index === 0 || numbers[index] !== numbers[index - 1]) found.add(numbers[index] as number);
  return found;
}

function isNowhereNegative(numbers: ArrayLike<number>): boolean {
  for (let index = 0; index < numbers.length; index++) if (!((numbers[index] as number) >= 0)) return false;
  return true;
}

/** Whether for every class there is a tree whose every leaf scores it, as in gradient boosting. */
function everyClassIsAlwaysScored({ treeIds, modes, leafTreeIds, leafTargets }: TreeTables, classes: number): boolean {
  const trees = new Map<number, number>();
  const leaves: number[] = [];
  let tree = 0;
  for (let position = 0; position < modes.length; position++) {
    if (position === 0 || treeIds[position] !== treeIds[position - 1]) tree = indexOf(treeIds[position] as number, trees);
    if (modes[position] === mode.leaf) leaves[tree] = (leaves[tree] ?? 0) + 1;
  }
  const treeOf = new Int32Array(leafTreeIds.length);
  for (let index = 0; index < treeOf.length; index++) {
    if (index === 0 || leafTreeIds[index] !== leafTreeIds[index - 1]) tree = indexOf(leafTreeIds[index] as number, trees);
    treeOf[index] = tree;
  }
  const scored = new Int32Array(trees.size);
  for (let target = 0; target < classes; target++) {
    scored.fill(0);
    for (let index = 0; index < treeOf.length; index++)
      if (leafTargets[index] === target) scored[treeOf[index] as number] = (scored[treeOf[index] as number] as number) + 1;
    if (!scored.some((count, index) => count > 0 && count === leaves[index])) return false;
  }
  return true;
}

/** The number of a tree, counted in the order in which ids are met. */
function indexOf(treeId: number, trees: Map<number, number>): number {
  const known = trees.get(treeId) ?? trees.size;
  trees.set(treeId, known);
  return known;
}

function baseOf(node: LoweringNode, { baseValues }: TreeTables, binary: boolean, classes: number): number[] {
  const values = Array.from(baseValues);
  if (values.length === 0) return new Array<number>(binary ? 1 : classes).fill(0);
  if (binary && values.length === 1) return values;
  if (!binary && values.length === classes) return values;
  return unsupported(node, `${values.length} base values for ${classes} classes`);
}
