import type { Attribute, Body, Node } from "../../graph/graph.ts";
import { widenHalves } from "./half-constants.ts";
import { type OnnxGraph, readGraph } from "./model.ts";
import { saturateSliceBounds } from "./slice-bounds.ts";
import { damaged } from "./wire.ts";

/** Bodies inside of bodies, at most. */
const maxDepth = 8;

const withBodies: ReadonlySet<string> = new Set(["If", "Loop", "Scan"]);

/**
 * Reads the bodies of If, Loop and Scan, and makes what they read from outside inputs of their nodes.
 * @throws SetosaError MODEL_FILE_INVALID for a damaged body
 */
export function readBodies(graph: OnnxGraph, opsets: Body["opsets"], depth = 0): OnnxGraph {
  const hasBodies = (node: Node): boolean => node.domain === "" && withBodies.has(node.operator);
  if (!graph.nodes.some(hasBodies)) return graph;
  if (depth === maxDepth) throw damaged(`The graph has subgraphs inside of subgraphs, more than ${maxDepth} deep.`);
  return { ...graph, nodes: graph.nodes.map((node) => (hasBodies(node) ? withReadBodies(node, opsets, depth) : node)) };
}

function withReadBodies(node: Node, opsets: Body["opsets"], depth: number): Node {
  const bodies = new Map<string, OnnxGraph>();
  for (const [name, attribute] of node.attributes)
    if (attribute.kind === "opaque" && attribute.subgraph !== undefined)
      bodies.set(name, widenHalves(readBodies(saturateSliceBounds(readGraph(attribute.subgraph)), opsets, depth + 1)));
  if (bodies.size === 0) return node;
  const captured = [...new Set([...bodies.values()].flatMap(readFromOutside))];
  // What the operator has itself: optional inputs at the end may be left out.
  const own = node.operator === "If" ? 1 : Math.max(...[...bodies.values()].map(({ inputs }) => inputs.length));
  const inputs = [...node.inputs, ...new Array<string>(Math.max(0, own - node.inputs.length)).fill(""), ...captured];
  const attributes = new Map<string, Attribute>(node.attributes);
  for (const [name, body] of bodies)
    attributes.set(name, {
      kind: "graph",
      value: {
        opsets,
        constants: body.constants,
        nodes: body.nodes.map((inner) => (inner.name === "" ? { ...inner, name: inner.operator } : inner)),
        inputs: body.inputs.map((input) => input.name),
        outputs: body.outputs.map((output) => output.name),
        captured,
      },
    });
  return { ...node, inputs, attributes };
}

function readFromOutside({ inputs, outputs, constants, nodes }: OnnxGraph): string[] {
  const own = new Set<string>([...inputs.map(({ name }) => name), ...constants.keys(), ...nodes.flatMap((node) => node.outputs)]);
  const read = [...nodes.flatMap((node) => node.inputs), ...outputs.map(({ name }) => name)];
  return read.filter((name) => name !== "" && !own.has(name));
}
