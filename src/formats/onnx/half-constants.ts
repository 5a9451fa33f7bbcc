import { type Constant, isOpaque, type Node, type Opaque } from "../../graph/graph.ts";
import type { OnnxGraph } from "./model.ts";

/** ONNX's number for strings: the text of a number depends on its own type. */
const stringType = 8;

/**
 * Weights may be kept as float16 or bfloat16 and cast to float32 before they are used. Each is a float32, too: where
 * nothing but casts to other types read such a constant, it becomes one. Nothing computes in 16 bits here.
 */
export function widenHalves(graph: OnnxGraph): OnnxGraph {
  const cast = new Set<string>();
  const otherwise = new Set<string>(graph.outputs.map(({ name }) => name));
  for (const node of graph.nodes) for (const name of node.inputs) (isCast(node) ? cast : otherwise).add(name);
  const isWeight = (name: string): boolean => cast.has(name) && !otherwise.has(name);
  const constants = new Map<string, Constant>(
    Array.from(graph.constants, ([name, constant]) => [name, isOpaque(constant) ? widened(constant, isWeight(name)) : constant]),
  );
  const nodes = graph.nodes.map((node): Node => {
    const isMaker = node.domain === "" && node.operator === "Constant" && isWeight(node.outputs[0] ?? "");
    const halves = [...node.attributes].filter(([, value]) => value.kind === "opaque" && value.widened !== undefined);
    if (halves.length === 0) return node;
    const attributes = new Map(node.attributes);
    for (const [name, value] of halves) {
      const wide = widened(value as Opaque, isMaker && name === "value");
      attributes.set(name, isOpaque(wide) ? wide : { kind: "tensor", value: wide });
    }
    return { ...node, attributes };
  });
  return { ...graph, constants, nodes };
}

function isCast(node: Node): boolean {
  const to = node.attributes.get("to");
  return node.domain === "" && node.operator === "Cast" && to?.kind === "int" && to.value !== stringType;
}

/** What is not widened is data alone, and lets go of the file's bytes. */
function widened({ widened: widen, ...opaque }: Opaque, asked: boolean): Constant {
  return asked && widen !== undefined ? widen() : opaque;
}
