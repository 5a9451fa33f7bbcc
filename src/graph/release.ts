import type { Attribute, Constant, Graph } from "./graph.ts";
import { isOpaque } from "./graph.ts";

/** Lists up to this long stay. */
const maxKept = 64;

/**
 * The graph without its long lists and tensors: what is left to print and describe when an engine has
 * made its own of them. A forest's tables take several times the memory of its kernel.
 */
export function withoutWeights(graph: Graph): Graph {
  return {
    ...graph,
    constants: new Map([...graph.constants].map(([name, constant]) => [name, releasedConstant(constant)])),
    nodes: graph.nodes.map((node) => ({
      ...node,
      attributes: new Map([...node.attributes].map(([name, attribute]) => [name, releasedAttribute(attribute)])),
    })),
  };
}

function releasedConstant(constant: Constant): Constant {
  if (isOpaque(constant)) return { kind: "opaque", what: constant.what };
  if (constant.data.length <= maxKept) return constant;
  return { kind: "opaque", what: `${constant.dtype}[${constant.shape.join(", ")}] …` };
}

function releasedAttribute(attribute: Attribute): Attribute {
  switch (attribute.kind) {
    case "tensor": {
      const constant = releasedConstant(attribute.value);
      return isOpaque(constant) ? constant : attribute;
    }
    case "ints":
    case "floats":
    case "strings": {
      const length = lengthOf(attribute);
      return length <= maxKept ? attribute : { kind: "opaque", what: `${attribute.kind}[${length}]` };
    }
    case "graph":
      return { kind: "opaque", what: `a subgraph of ${attribute.value.nodes.length} nodes` };
    case "opaque":
      return { kind: "opaque", what: attribute.what };
    default:
      return attribute;
  }
}

function lengthOf(attribute: Attribute & { readonly kind: "ints" | "floats" | "strings" }): number {
  if (attribute.kind === "ints" && attribute.int32 !== undefined) return attribute.int32.length;
  if (attribute.kind === "strings" && attribute.repeated !== undefined) return attribute.repeated.codes.length;
  return attribute.value.length;
}
