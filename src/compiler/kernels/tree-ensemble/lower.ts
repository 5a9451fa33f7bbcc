import { intAttribute, intsAttribute, stringAttribute } from "../../../graph/attributes.ts";
import { type Lower, type Lowered, type Lowering, type LoweringNode, tableInput, unsupported } from "../../lowering.ts";
import { emitPostTransform, type PostTransform, postTransformByNumber, postTransformOf } from "../post-transform.ts";
import { treeTables } from "./attributes.ts";
import { ensembleStructure } from "./ensemble-structure.ts";
import type { Forest } from "./forest.ts";
import { leavesWithGiven, withGiven } from "./given.ts";
import type { TreeStructure } from "./structure.ts";
import { lowerExtremesOf, lowerSums, precisionOf } from "./sums.ts";
import { aggregateName, treeEnsembleStructure } from "./tree-ensemble-structure.ts";

export const lowerTreeEnsembleRegressor: Lower = (node, lowering) => {
  const targets = targetsOf(node);
  const tables = treeTables(node, "target");
  if (tables.baseValues.length !== 0 && tables.baseValues.length !== targets) unsupported(node, "as many base values as it has");
  const aggregate = aggregateOf(node, stringAttribute(node, "aggregate_function") ?? "SUM");
  return lowerTargets(node, lowering, {
    structure: needsGiven(aggregate, targets)
      ? ensembleStructure(node, withGiven(tables, targets), 2 * targets)
      : ensembleStructure(node, tables, targets),
    targets,
    aggregate,
    transform: postTransformOf(node, lowering),
    base: tables.baseValues,
    dtype: "float32",
  });
};

/** ai.onnx.ml 5, whose result has its input's type. */
export const lowerTreeEnsemble: Lower = (node, lowering) => {
  const targets = targetsOf(node);
  const structure = treeEnsembleStructure(node, targets);
  const aggregate = aggregateOf(node, aggregateName(node));
  return lowerTargets(node, lowering, {
    structure: needsGiven(aggregate, targets)
      ? leavesWithGiven(structure, targets, intsAttribute(node, "leaf_targetids") ?? [])
      : structure,
    targets,
    aggregate,
    transform: postTransformByNumber(node, lowering),
    base: [],
    dtype: precisionOf(tableInput(node)),
  });
};

function targetsOf(node: LoweringNode): number {
  const targets = intAttribute(node, "n_targets", 1);
  return targets >= 1 && targets <= 65_536 ? targets : unsupported(node, `${targets} targets`);
}

const aggregates = ["AVERAGE", "SUM", "MIN", "MAX"] as const;
type Aggregate = (typeof aggregates)[number];

function aggregateOf(node: LoweringNode, name: string): Aggregate {
  return aggregates.find((known) => known === name) ?? unsupported(node, `the aggregate function ${name}`);
}

/** A leaf without a value for one of several targets is no candidate for its extreme; where there is one target it counts as 0. */
function needsGiven(aggregate: Aggregate, targets: number): boolean {
  return targets > 1 && (aggregate === "MIN" || aggregate === "MAX");
}

interface Targets {
  readonly structure: TreeStructure;
  readonly targets: number;
  readonly aggregate: Aggregate;
  readonly transform: PostTransform;
  readonly base: ArrayLike<number>;
  readonly dtype: Forest["precision"];
}

function lowerTargets(node: LoweringNode, lowering: Lowering, parts: Targets): Lowered {
  const { structure, targets, aggregate, base, dtype } = parts;
  // Of a single target ONNX Runtime transforms PROBIT only.
  const transform = targets === 1 && parts.transform !== "PROBIT" ? "NONE" : parts.transform;
  const { sums, emit, trees } =
    aggregate === "MIN" || aggregate === "MAX"
      ? lowerExtremesOf(node, structure, targets, aggregate, lowering)
      : lowerSums(node, structure, targets, lowering);
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
