import { formatShape } from "../tensor/shape.ts";
import type { Attribute, Constant, Graph, Node, ValueInfo } from "./graph.ts";
import { isOpaque, operatorName } from "./graph.ts";

/** Lists up to this long are printed in full. */
const shortList = 8;

/** The graph as text: a line per input, constant, node and output. Equal graphs print equal. */
export function printGraph(graph: Graph): string {
  const opsets = Object.entries(graph.opsets).map(([domain, version]) => `${domain === "" ? "ai.onnx" : domain} ${version}`);
  return [
    `graph ${JSON.stringify(graph.name)} (${opsets.join(", ")})`,
    ...graph.inputs.map((info) => `  input ${printInfo(info)}`),
    ...[...graph.constants].map(([name, constant]) => `  constant ${name}: ${printConstant(constant)}`),
    ...graph.nodes.map((node) => `  ${printNode(node)}`),
    ...graph.outputs.map((info) => `  output ${printInfo(info)}`),
    "",
  ].join("\n");
}

function printInfo({ name, dtype, shape }: ValueInfo): string {
  return `${name}: ${dtype}${formatShape(shape)}`;
}

function printConstant(constant: Constant): string {
  return isOpaque(constant) ? constant.what : `${constant.dtype}${formatShape(constant.shape)} ${printList(constant.data)}`;
}

function printNode(node: Node): string {
  const attributes = [...node.attributes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, attribute]) => `${name}=${printAttribute(attribute)}`);
  const inputs = node.inputs.map((input) => (input === "" ? "_" : input));
  return `${node.outputs.join(", ")} = ${operatorName(node)}(${[...inputs, ...attributes].join(", ")})`;
}

function printAttribute(attribute: Attribute): string {
  switch (attribute.kind) {
    case "int":
    case "float":
      return String(attribute.value);
    case "string":
      return JSON.stringify(attribute.value);
    case "tensor":
      return printConstant(attribute.value);
    case "ints":
    case "floats":
    case "strings":
      return attribute.value.length <= shortList ? printList(attribute.value) : `${attribute.kind}[${attribute.value.length}]`;
    case "graph":
      return `<a subgraph of ${attribute.value.nodes.length} nodes>`;
    case "opaque":
      return `<${attribute.what}>`;
  }
}

function printList(values: ArrayLike<number | string>): string {
  if (values.length > shortList) return "…";
  return `{${Array.from(values, (value) => (typeof value === "string" ? JSON.stringify(value) : String(value))).join(", ")}}`;
}
