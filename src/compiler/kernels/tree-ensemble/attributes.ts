import { compactIntsAttribute, floatsAttribute, repeatedAttribute, stringsAttribute, tensorAttribute } from "../../../graph/attributes.ts";
import type { Node } from "../../../graph/graph.ts";
import { unsupported } from "../../lowering.ts";
import { modeByText } from "./structure.ts";

/** The node and leaf tables of a TreeEnsembleClassifier or TreeEnsembleRegressor, checked to be of equal length. */
export interface TreeTables {
  readonly treeIds: ArrayLike<number>;
  readonly nodeIds: ArrayLike<number>;
  readonly featureIds: ArrayLike<number>;
  /** Codes of `mode`. */
  readonly modes: Uint8Array;
  readonly values: ArrayLike<number>;
  readonly trueIds: ArrayLike<number>;
  readonly falseIds: ArrayLike<number>;
  readonly missingTracksTrue: ArrayLike<number>;
  readonly leafTreeIds: ArrayLike<number>;
  readonly leafNodeIds: ArrayLike<number>;
  readonly leafTargets: ArrayLike<number>;
  readonly leafWeights: ArrayLike<number>;
  readonly baseValues: ArrayLike<number>;
}

export function treeTables(node: Node, leaf: "class" | "target"): TreeTables {
  const ints = (name: string): ArrayLike<number> => compactIntsAttribute(node, name) ?? [];
  const asTensor = (name: string): ArrayLike<number> | undefined =>
    tensorAttribute(node, `${name}_as_tensor`)?.data as ArrayLike<number> | undefined;
  const values = asTensor("nodes_values");
  const treeIds = ints("nodes_treeids");
  const nodes = treeIds.length;
  const tables: TreeTables = {
    treeIds,
    nodeIds: ints("nodes_nodeids"),
    featureIds: ints("nodes_featureids"),
    modes: modesOf(node),
    values: values ?? floatsAttribute(node, "nodes_values") ?? [],
    trueIds: ints("nodes_truenodeids"),
    falseIds: ints("nodes_falsenodeids"),
    missingTracksTrue: compactIntsAttribute(node, "nodes_missing_value_tracks_true") ?? new Uint8Array(nodes),
    leafTreeIds: ints(`${leaf}_treeids`),
    leafNodeIds: ints(`${leaf}_nodeids`),
    leafTargets: ints(`${leaf}_ids`),
    leafWeights: asTensor(`${leaf}_weights`) ?? floatsAttribute(node, `${leaf}_weights`) ?? [],
    baseValues: asTensor("base_values") ?? floatsAttribute(node, "base_values") ?? [],
  };
  const { nodeIds, featureIds, modes, trueIds, falseIds, missingTracksTrue } = tables;
  if ([nodeIds, featureIds, modes, tables.values, trueIds, falseIds, missingTracksTrue].some(({ length }) => length !== nodes))
    unsupported(node, "its node tables differ in length");
  const { leafTreeIds, leafNodeIds, leafTargets, leafWeights } = tables;
  if ([leafNodeIds, leafTargets, leafWeights].some(({ length }) => length !== leafTreeIds.length))
    unsupported(node, "its leaf tables differ in length");
  return tables;
}

function modesOf(node: Node): Uint8Array {
  const codeOf = (text: string): number => modeByText.get(text) ?? unsupported(node, `the node mode ${text}`);
  const repeated = repeatedAttribute(node, "nodes_modes");
  if (repeated === undefined) return Uint8Array.from((stringsAttribute(node, "nodes_modes") ?? []).map(codeOf));
  const { texts, codes } = repeated;
  const modes = texts.map(codeOf);
  return codes.map((code) => modes[code] as number);
}
