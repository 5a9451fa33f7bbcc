import type { Attribute, Body, Graph, Node } from "./graph.ts";

/** The graph in objects without methods or accessors, which a structured clone takes to another thread as they are. */
export function plainGraph(graph: Graph): Graph {
  return { ...graph, nodes: graph.nodes.map(plainNode) };
}

export function plainNode(node: Node): Node {
  return { ...node, attributes: new Map([...node.attributes].map(([name, attribute]) => [name, plainAttribute(attribute)])) };
}

function plainAttribute(attribute: Attribute): Attribute {
  switch (attribute.kind) {
    case "ints":
      return { kind: "ints", value: attribute.value };
    case "strings":
      return { kind: "strings", value: attribute.value };
    case "graph":
      return { kind: "graph", value: plainBody(attribute.value) };
    default:
      return attribute;
  }
}

function plainBody(body: Body): Body {
  return { ...body, nodes: body.nodes.map(plainNode) };
}
