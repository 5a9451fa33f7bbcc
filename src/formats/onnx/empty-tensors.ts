import { SetosaError } from "../../errors.ts";
import { type Body, type Node, operatorName } from "../../graph/graph.ts";
import { readBodies } from "./bodies.ts";
import type { OnnxFunction } from "./model.ts";

/** Operators that give as many elements as the values of their input say, and so may give none. */
const sizedByValues: ReadonlySet<string> = new Set(["Compress", "NonMaxSuppression", "NonZero", "StringSplit", "Unique"]);

/**
 * Operators with which onnxruntime-node 1.30 ends the process, or never ends, where an input has no elements: found by
 * emptying the inputs of all node tests of the onnx package in every dimension.
 */
const fatal: ReadonlySet<string> = new Set(["Conv", "ConvTranspose", "DFT", "GRU", "LSTM", "QuantizeLinear", "TopK", "Unique"]);

/** Calls of functions inside of functions, and nodes looked at in all of them: a few of them can make many. */
const maxDepth = 16;
const maxNodes = 100_000;

/**
 * A model's file must not be able to end the server by what a request's values are.
 * @param nodes In an order in which every node comes after those that it reads from
 * @throws SetosaError OPERATOR_UNSUPPORTED where such an operator may be given nothing because of a request's values
 */
export function refuseEmptyTensors(nodes: readonly Node[], functions: ReadonlyMap<string, OnnxFunction>, opsets: Body["opsets"]): void {
  const hasSized = [nodes, ...Array.from(functions.values(), (one) => one.nodes)].some((some) => some.some(mentionsSized));
  if (hasSized) new Walk(functions, opsets).nodes(nodes, new Set(), 0);
}

/** Whether the node, or something in its bodies, is sized by values. A body of a function is not read yet. */
function mentionsSized(node: Node): boolean {
  return (
    isOneOf(sizedByValues, node) ||
    [...node.attributes.values()].some(
      (attribute) =>
        (attribute.kind === "opaque" && attribute.subgraph !== undefined) ||
        (attribute.kind === "graph" && attribute.value.nodes.some(mentionsSized)),
    )
  );
}

function isOneOf(names: ReadonlySet<string>, { domain, operator }: Node): boolean {
  return domain === "" && names.has(operator);
}

class Walk {
  readonly #functions: ReadonlyMap<string, OnnxFunction>;
  readonly #opsets: Body["opsets"];
  readonly #read = new Map<OnnxFunction, readonly Node[]>();
  #seen = 0;

  constructor(functions: ReadonlyMap<string, OnnxFunction>, opsets: Body["opsets"]) {
    this.#functions = functions;
    this.#opsets = opsets;
  }

  /** `sized` holds the names of values that may be empty, and gets those that the nodes make. */
  nodes(nodes: readonly Node[], sized: Set<string>, depth: number): void {
    for (const node of nodes) {
      if (++this.#seen > maxNodes || depth > maxDepth) refuse(node, "its functions call each other too often to see through");
      const isSized = node.inputs.some((name) => sized.has(name));
      if (isSized && isOneOf(fatal, node)) refuse(node, "how many elements it is given depends on the values of a request");
      const outputs = this.#called(node, sized, depth) ?? node.outputs.map(() => isSized || isOneOf(sizedByValues, node));
      const inBodies = this.#bodies(node, sized, depth);
      node.outputs.forEach((name, index) => {
        if (name !== "" && (inBodies || outputs[index] === true)) sized.add(name);
      });
    }
  }

  /** For a call of a function: which of its outputs may be empty. */
  #called(node: Node, sized: ReadonlySet<string>, depth: number): readonly boolean[] | undefined {
    const called = this.#functions.get(operatorName(node));
    if (called === undefined) return undefined;
    let nodes = this.#read.get(called);
    if (nodes === undefined) {
      const graph = { name: "", inputs: [], outputs: [], constants: new Map(), nodes: called.nodes };
      nodes = readBodies(graph, this.#opsets).nodes;
      this.#read.set(called, nodes);
    }
    const own = new Set(called.inputs.filter((_, index) => sized.has(node.inputs[index] ?? "")));
    this.nodes(nodes, own, depth + 1);
    return called.outputs.map((name) => own.has(name));
  }

  /** Whether something that a body makes may be empty. What a body is given is in the end any of its node's inputs. */
  #bodies(node: Node, sized: ReadonlySet<string>, depth: number): boolean {
    let found = false;
    for (const attribute of node.attributes.values()) {
      if (attribute.kind !== "graph") continue;
      const { value: body } = attribute;
      const given = node.inputs.some((name) => sized.has(name));
      const own = new Set(given ? [...body.inputs, ...body.captured] : []);
      this.nodes(body.nodes, own, depth + 1);
      found ||= body.outputs.some((name) => own.has(name));
    }
    return found;
  }
}

function refuse(node: Node, why: string): never {
  throw new SetosaError(
    "OPERATOR_UNSUPPORTED",
    `onnxruntime would end the whole process where ${operatorName(node)} (node "${node.name}") is given nothing, and ${why}.`,
    { path: node.name },
  );
}
