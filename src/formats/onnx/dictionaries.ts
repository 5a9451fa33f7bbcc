import { intsAttribute, stringsAttribute } from "../../graph/attributes.ts";
import type { Node } from "../../graph/graph.ts";
import type { OnnxGraph } from "./model.ts";
import type { DeclaredValue } from "./value-info.ts";

/** The names of an input's columns, by input. */
export type ColumnNames = ReadonlyMap<string, readonly string[]>;

/**
 * A row that is a map goes through a DictVectorizer, which gives every key of its vocabulary a column. Rows are objects
 * here in any case: the input becomes that table, its columns named by the keys, and an absent key is 0.
 */
export function replaceDictionaries(graph: OnnxGraph): { readonly graph: OnnxGraph; readonly columns: ColumnNames } {
  const columns = new Map<string, readonly string[]>();
  const inputs = graph.inputs.map((input): DeclaredValue => {
    const readers = graph.nodes.filter((node) => node.inputs.includes(input.name));
    const [reader] = readers;
    if (input.map === undefined || reader === undefined || readers.length > 1 || !isDictVectorizer(reader)) return input;
    const keys = vocabulary(reader, input.map.key);
    if (keys === undefined || input.map.value === undefined) return input;
    columns.set(input.name, keys);
    return { name: input.name, dtype: input.map.value, type: "a map", shape: [null, keys.length] };
  });
  if (columns.size === 0) return { graph, columns };
  const nodes = graph.nodes.map((node): Node => {
    if (!isDictVectorizer(node) || !columns.has(node.inputs[0] ?? "")) return node;
    return { ...node, domain: "", operator: "Identity", attributes: new Map() };
  });
  return { graph: { ...graph, inputs, nodes }, columns };
}

function isDictVectorizer({ domain, operator }: Node): boolean {
  return domain === "ai.onnx.ml" && operator === "DictVectorizer";
}

/** Undefined where there is none of the map's kind, or a key is there twice. */
function vocabulary(node: Node, key: string | undefined): readonly string[] | undefined {
  const keys =
    key === "int64"
      ? Array.from(intsAttribute(node, "int64_vocabulary") ?? [], String)
      : (stringsAttribute(node, "string_vocabulary") ?? []);
  return keys.length > 0 && new Set(keys).size === keys.length ? keys : undefined;
}
