import { intAttribute, stringAttribute } from "../../graph/attributes.ts";
import { type Attribute, type Node, operatorName } from "../../graph/graph.ts";
import type { Pass } from "./pass.ts";
import { readCounts } from "./tree-nodes.ts";

/**
 * Makes one ensemble of a sum of ensembles that read the same rows, so that a forest written as a node per
 * tree is walked as a forest. The sum is rounded once instead of after every addition.
 */
export const mergeTrees: Pass = (graph) => {
  const reads = readCounts(graph);
  /** What each value is the sum of. */
  const sums = new Map<string, readonly Node[]>();
  const merged = new Map<Node, readonly Node[]>();
  for (const node of graph.nodes) {
    const [output = ""] = node.outputs;
    if (isPlainSum(node)) sums.set(output, [node]);
    if (node.domain !== "" || (node.operator !== "Sum" && node.operator !== "Add")) continue;
    const parts = node.inputs.map((input) => (reads.get(input) === 1 ? sums.get(input) : undefined));
    if (!parts.every((part) => part !== undefined)) continue;
    const ensembles = parts.flat();
    if (ensembles.length < 2 || !ensembles.every((ensemble) => matches(ensemble, ensembles[0] as Node))) continue;
    sums.set(output, ensembles);
    merged.set(node, ensembles);
  }
  if (merged.size === 0) return graph;
  // A sum of sums is left out with what it took in.
  const gone = new Set<Node>([...merged.values()].flat());
  const inner = new Set([...merged.keys()].flatMap(({ inputs }) => inputs));
  const nodes = graph.nodes.flatMap((node): Node[] => {
    const ensembles = merged.get(node);
    if (ensembles === undefined) return gone.has(node) ? [] : [node];
    return inner.has(node.outputs[0] ?? "") ? [] : [merge(node, ensembles)];
  });
  return Object.freeze({ ...graph, nodes: Object.freeze(nodes) });
};

function isPlainSum(node: Node): boolean {
  return (
    operatorName(node) === "ai.onnx.ml.TreeEnsembleRegressor" &&
    (stringAttribute(node, "aggregate_function") ?? "SUM") === "SUM" &&
    (stringAttribute(node, "post_transform") ?? "NONE") === "NONE" &&
    !node.attributes.has("base_values") &&
    !node.attributes.has("base_values_as_tensor")
  );
}

/** Same rows, same targets, and the same lists of the same kinds. */
function matches(a: Node, b: Node): boolean {
  const kinds = (node: Node): string =>
    [...node.attributes]
      .map(([name, { kind }]) => `${name}:${kind}`)
      .sort()
      .join();
  const targets = (node: Node): number => intAttribute(node, "n_targets", 1);
  return a.inputs[0] === b.inputs[0] && targets(a) === targets(b) && kinds(a) === kinds(b) && !kinds(a).includes(":tensor");
}

function merge(sum: Node, ensembles: readonly Node[]): Node {
  const first = ensembles[0] as Node;
  const attributes = new Map<string, Attribute>();
  // Tree ids need only differ; each ensemble's follow on those of the one before.
  const offsets: number[] = [];
  let next = 0;
  for (const { attributes: own } of ensembles) {
    offsets.push(next);
    const ids = own.get("nodes_treeids");
    if (ids?.kind === "ints") next += ids.value.reduce((largest, id) => Math.max(largest, id), 0) + 1;
  }
  for (const [name, attribute] of first.attributes) {
    const parts = ensembles.map((ensemble) => ensemble.attributes.get(name) ?? attribute);
    attributes.set(name, joined(parts, name.endsWith("_treeids") ? offsets : undefined) ?? attribute);
  }
  return { ...first, name: sum.name, outputs: sum.outputs, attributes };
}

/** Lists one after the other; undefined for what is not a list. */
function joined(parts: readonly Attribute[], offsets: readonly number[] | undefined): Attribute | undefined {
  const lengths = parts.map((part) =>
    "value" in part && typeof part.value === "object" && "length" in part.value ? part.value.length : 0,
  );
  const total = lengths.reduce((sum, length) => sum + length, 0);
  let at = 0;
  switch (parts[0]?.kind) {
    case "ints": {
      const value = new Float64Array(total);
      parts.forEach((part, index) => {
        if (part.kind !== "ints") return;
        const offset = offsets?.[index] ?? 0;
        for (const id of part.value) value[at++] = id + offset;
      });
      return { kind: "ints", value };
    }
    case "floats": {
      const value = new Float32Array(total);
      for (const part of parts) {
        if (part.kind !== "floats") continue;
        value.set(part.value, at);
        at += part.value.length;
      }
      return { kind: "floats", value };
    }
    case "strings":
      return { kind: "strings", value: parts.flatMap((part) => (part.kind === "strings" ? part.value : [])) };
    default:
      return undefined;
  }
}
