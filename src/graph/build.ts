import { SetosaError } from "../errors.ts";
import { type DeclaredShape, elementCount, formatShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Constant, type Graph, isOpaque, type Node, operatorName, type ValueInfo } from "./graph.ts";

/** A graph as a format reads it: nodes in any order, names possibly empty. */
export interface GraphParts {
  readonly name: string;
  readonly opsets: Readonly<Record<string, number>>;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly constants: ReadonlyMap<string, Constant>;
  readonly nodes: readonly Node[];
}

/**
 * Verifies a graph, sorts its nodes and freezes it.
 * @throws SetosaError MODEL_GRAPH_INVALID for a value that nobody makes or two make, a cycle, no outputs;
 *   MODEL_SHAPE_INVALID for a declared shape that cannot be
 */
export function buildGraph(parts: GraphParts): Graph {
  const makers = new Map<string, string>();
  const define = (value: string, maker: string): void => {
    const other = makers.get(value);
    if (value === "") invalid(`${maker} has no name.`, maker);
    if (other !== undefined) invalid(`The value "${value}" is made twice: by ${other} and by ${maker}.`, value);
    makers.set(value, maker);
  };
  for (const { name, shape } of parts.inputs) {
    define(name, "an input of the graph");
    checkShape(name, shape);
  }
  for (const name of parts.constants.keys()) define(name, "a constant");
  const nodes = uniqueNames(parts.nodes);
  for (const node of nodes) for (const output of node.outputs) if (output !== "") define(output, `node "${node.name}"`);

  for (const node of nodes)
    for (const input of node.inputs)
      if (input !== "" && !makers.has(input))
        invalid(`Node "${node.name}" (${operatorName(node)}) reads the value "${input}", which nothing makes.`, node.name);
  if (parts.outputs.length === 0) invalid("The graph has no outputs.", parts.name);
  for (const { name, shape } of parts.outputs) {
    if (!makers.has(name)) invalid(`Nothing makes the graph's output "${name}".`, name);
    checkShape(name, shape);
  }
  return freeze({ ...parts, nodes: sorted(nodes) });
}

function invalid(message: string, path: string): never {
  throw new SetosaError("MODEL_GRAPH_INVALID", message, { path, hint: "Export the model again; its file is inconsistent." });
}

function checkShape(name: string, shape: DeclaredShape): void {
  try {
    elementCount(shape.filter((dimension) => typeof dimension === "number"));
  } catch (error) {
    if (!(error instanceof SetosaError)) throw error;
    throw new SetosaError("MODEL_SHAPE_INVALID", `The value "${name}" is declared as ${formatShape(shape)}: ${error.message}`, {
      path: name,
    });
  }
}

/** Names are optional in ONNX, and messages need them. */
function uniqueNames(nodes: readonly Node[]): Node[] {
  const used = new Set<string>();
  // Counted on for each name: a search from 2 would take hours where many thousands share one.
  const suffixes = new Map<string, number>();
  return nodes.map((node) => {
    const base = node.name === "" ? node.operator : node.name;
    let name = base;
    let suffix = suffixes.get(base) ?? 2;
    for (; used.has(name); suffix++) name = `${base}#${suffix}`;
    suffixes.set(base, suffix);
    used.add(name);
    return { ...node, name };
  });
}

/** Kahn's algorithm without recursion; an order that is right already, as in most files, stays. */
function sorted(nodes: readonly Node[]): Node[] {
  const maker = new Map<string, number>();
  nodes.forEach((node, index) => {
    for (const output of node.outputs) if (output !== "") maker.set(output, index);
  });
  const isSorted = nodes.every((node, index) => node.inputs.every((input) => (maker.get(input) ?? -1) < index));
  if (isSorted) return [...nodes];
  const readers = nodes.map((): number[] => []);
  const waiting = nodes.map((node, index) => {
    const makers = new Set<number>();
    for (const input of node.inputs) {
      const made = maker.get(input);
      if (made !== undefined) makers.add(made);
    }
    for (const made of makers) readers[made]?.push(index);
    return makers.size;
  });
  const order: Node[] = [];
  const ready = waiting.flatMap((count, index) => (count === 0 ? [index] : []));
  for (let next = 0; next < ready.length; next++) {
    const index = ready[next] as number;
    order.push(nodes[index] as Node);
    for (const reader of readers[index] ?? []) {
      const left = (waiting[reader] as number) - 1;
      waiting[reader] = left;
      if (left === 0) ready.push(reader);
    }
  }
  if (order.length < nodes.length) {
    const placed = new Set(order);
    const stuck = nodes.find((node) => !placed.has(node)) as Node;
    invalid(`The graph has a cycle through node "${stuck.name}" (${operatorName(stuck)}).`, stuck.name);
  }
  return order;
}

/**
 * Everything but lists of values and maps, which only their type protects: typed arrays cannot be frozen, and
 * JavaScriptCore keeps a frozen list of strings as a sparse one, which is slow to make and to read.
 */
function freeze(graph: GraphParts): Graph {
  for (const info of [...graph.inputs, ...graph.outputs]) Object.freeze(Object.freeze(info).shape);
  for (const constant of graph.constants.values()) if (!isOpaque(constant)) freezeTensor(constant);
  for (const node of graph.nodes) {
    Object.freeze(node.inputs);
    Object.freeze(node.outputs);
    for (const attribute of node.attributes.values()) {
      if (attribute.kind === "tensor") freezeTensor(attribute.value);
      Object.freeze(attribute);
    }
    Object.freeze(node);
  }
  Object.freeze(graph.inputs);
  Object.freeze(graph.outputs);
  Object.freeze(graph.nodes);
  Object.freeze(graph.opsets);
  return Object.freeze(graph);
}

function freezeTensor(tensor: Tensor): void {
  Object.freeze(tensor.shape);
  Object.freeze(tensor);
}
