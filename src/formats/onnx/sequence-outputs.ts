import type { OnnxGraph } from "./model.ts";
import { rewrite } from "./rewrite.ts";
import { type DeclaredValue, readValueInfo } from "./value-info.ts";

/** The values that a graph's output is a list of, by the output's name. */
export type SequenceOutputs = ReadonlyMap<string, readonly string[]>;

/**
 * skl2onnx's classifiers of several labels give a list with one table of scores for each of them, which no tensor
 * engine returns. What the list is made of becomes the graph's outputs in its place, each under its own name.
 */
export function replaceSequences(graph: OnnxGraph): { readonly graph: OnnxGraph; readonly sequences: SequenceOutputs } {
  const sequences = new Map<string, readonly string[]>();
  const names = new Set(graph.outputs.map(({ name }) => name));
  for (const { name, sequence } of graph.outputs) {
    const maker = graph.nodes.find(({ outputs }) => outputs.includes(name));
    if (sequence?.dtype === undefined || maker?.domain !== "" || maker.operator !== "SequenceConstruct") continue;
    const items = maker.inputs;
    if (new Set(items).size !== items.length || items.some((item) => names.has(item))) continue;
    for (const item of items) names.add(item);
    sequences.set(name, items);
  }
  if (sequences.size === 0) return { graph, sequences };
  const outputs = graph.outputs.flatMap((output): DeclaredValue[] => {
    const items = sequences.get(output.name);
    if (items === undefined || output.sequence === undefined) return [output];
    const { dtype, type, shape } = output.sequence;
    return items.map((name) => ({ name, dtype, type, shape }));
  });
  return { graph: { ...graph, outputs }, sequences };
}

/** The same on the file's bytes: the list is still made, and nobody asks for it. */
export function withoutSequences(bytes: Uint8Array, sequences: SequenceOutputs): Uint8Array {
  return rewrite(bytes, "model", (field, graph) =>
    field !== 7
      ? graph
      : rewrite(graph, "graph", (part, content) => {
          const items = part === 12 ? sequences.get(readValueInfo(content).name) : undefined;
          return items === undefined ? content : items.map((name) => declaration(content, name));
        }),
  );
}

/** ValueInfoProto { name, type { sequence_type { elem_type } } } as one of an element: { name, type: elem_type }. */
function declaration(list: Uint8Array, name: string): Uint8Array {
  return rewrite(list, "value declaration", (field, content) => {
    if (field === 1) return new TextEncoder().encode(name);
    return field === 2 ? elementType(content) : content;
  });
}

function elementType(type: Uint8Array): Uint8Array {
  let element: Uint8Array = type;
  rewrite(type, "type", (kind, sequence) => {
    if (kind !== 4) return sequence;
    return rewrite(sequence, "sequence type", (field, content) => {
      if (field === 1) element = content;
      return content;
    });
  });
  return element;
}
