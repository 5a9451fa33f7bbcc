import { type Body, type Graph, isOpaque, type Node, operatorName } from "../graph/graph.ts";
import { isControlOperator, isOperator } from "../graph/operators.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { AnyValue, ControlNode } from "./control/control.ts";
import { controlLowerings } from "./control/registry.ts";
import type { Emitter } from "./emitter.ts";
import { asLists, keepsList, onRows } from "./flat-lists.ts";
import { type Lowered, type Lowering, type LoweringNode, unsupported } from "./lowering.ts";
import { expandsTooFar } from "./passes/constant-folding.ts";
import { lowerings } from "./registry.ts";
import { lowerRowCount, readsRowCount } from "./row-count.ts";
import type { Value } from "./values.ts";

/** Arithmetic broadcasts as numpy does since opset 7; before, by attributes. */
const oldestOpset = 7;
/** Nodes that bodies may be written out to: each has code of its own. */
const maxBodyNodes = 4096;
/** The operator set that nodes made here follow. */
const ownOpset = 18;

/** Lowers nodes, and those of bodies in their place; collects their code in order. */
export class NodeLowering {
  readonly emits: ((emitter: Emitter) => void)[] = [];
  readonly #lowering: Lowering;
  readonly #hidden: ReadonlySet<Node>;
  #bodyNodes = 0;

  /** @param hidden Nodes of the graph that are hidden layers */
  constructor(lowering: Lowering, hidden: ReadonlySet<Node>) {
    this.#lowering = lowering;
    this.#hidden = hidden;
  }

  /** `values` holds the graph's inputs, and in the end whatever its outputs need. */
  lower(graph: Pick<Graph, "nodes" | "opsets" | "constants">, outputs: readonly string[], values: Map<string, AnyValue>): void {
    this.#lowerNodes(graph, outputs, values, false);
  }

  #lowerNodes(
    { nodes, opsets, constants }: Pick<Graph, "nodes" | "opsets" | "constants">,
    outputs: readonly string[],
    values: Map<string, AnyValue>,
    isBody: boolean,
  ): void {
    for (const [name, constant] of constants) values.set(name, { kind: "constant", constant });
    for (const node of liveNodes(nodes, outputs)) {
      if (isBody && ++this.#bodyNodes > maxBodyNodes)
        unsupported(node, `the bodies of If, Loop and Scan come to more than ${maxBodyNodes} nodes`);
      const inputs = node.inputs.map((input) => (input === "" ? undefined : values.get(input)));
      const opset = opsets[node.domain] ?? Number.POSITIVE_INFINITY;
      const made = this.#node(node, inputs, opset);
      node.outputs.forEach((output, position) => {
        const value = made[position];
        if (output !== "" && value !== undefined) values.set(output, value);
      });
    }
  }

  #node(node: Node, inputs: readonly (AnyValue | undefined)[], opset: number): readonly AnyValue[] {
    const name = operatorName(node);
    if (isControlOperator(name)) return controlLowerings[name](this.#control(node, inputs, opset));
    if (!isOperator(name)) unsupported(node, "there is no kernel for it");
    if (node.domain === "" && opset < oldestOpset) unsupported(node, `opset ${opset} is older than ${oldestOpset}`);
    const [first] = inputs;
    if (name === "Identity" && first?.kind === "list") return [first];
    const values = inputs.map((value) => (value?.kind === "list" ? unsupported(node, "an input is a list") : value));
    const loweringNode: LoweringNode = { ...node, opset, values, hidden: this.#hidden.has(node) };
    // What depends on a shape is known only here.
    const known = this.#lowering.canEvaluate && !(name === "Constant" && node.attributes.has("value")) ? knownTensors(values) : undefined;
    if (known !== undefined && !expandsTooFar(node, known))
      return this.#lowering.evaluate(loweringNode, known).map((constant): Value => ({ kind: "constant", constant }));
    if (keepsList(loweringNode)) return [values[0] as Value];
    const asRows = onRows(loweringNode);
    if (asRows !== undefined) return asLists(this.#lowered(lowerings[name](asRows, this.#lowering)));
    return this.#lowered(
      readsRowCount(loweringNode) ? lowerRowCount(loweringNode, this.#lowering) : lowerings[name](loweringNode, this.#lowering),
    );
  }

  #lowered({ outputs, emit }: Lowered): readonly Value[] {
    if (emit !== undefined) this.emits.push(emit);
    return outputs;
  }

  #control(node: Node, inputs: readonly (AnyValue | undefined)[], opset: number): ControlNode {
    return {
      node,
      opset,
      inputs,
      lower: (operator, values, attributes) => {
        if (++this.#bodyNodes > maxBodyNodes) unsupported(node, `it comes to more than ${maxBodyNodes} nodes`);
        const made: Node = {
          ...node,
          operator,
          domain: "",
          inputs: values.map(() => "x"),
          outputs: ["y"],
          attributes: new Map(Object.entries(attributes)),
        };
        return this.#node(made, values, ownOpset)[0] as Value;
      },
      run: (body, given) => this.#body(node, body, inputs, given),
    };
  }

  #body(node: Node, body: Body, outer: readonly (AnyValue | undefined)[], given: readonly (AnyValue | undefined)[]): AnyValue[] {
    const values = new Map<string, AnyValue>();
    const bind = (names: readonly string[], all: readonly (AnyValue | undefined)[]): void =>
      names.forEach((name, index) => {
        const value = all[index];
        if (value !== undefined) values.set(name, value);
      });
    bind(body.captured, outer.slice(outer.length - body.captured.length));
    bind(body.inputs, given);
    this.#lowerNodes(body, body.outputs, values, true);
    return body.outputs.map((name) => values.get(name) ?? unsupported(node, `its body does not make "${name}"`));
  }
}

/** The inputs, where all of them are known. */
function knownTensors(values: readonly (Value | undefined)[]): (Tensor | undefined)[] | undefined {
  const tensors = values.map((value) => (value?.kind === "constant" && !isOpaque(value.constant) ? value.constant : undefined));
  return values.every((value, index) => value === undefined || tensors[index] !== undefined) ? tensors : undefined;
}

/** The nodes that an output depends on: the others are neither lowered nor a reason to refuse. */
function liveNodes(nodes: readonly Node[], outputs: readonly string[]): Node[] {
  const needed = new Set(outputs);
  const live: Node[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    live.push(node);
    for (const input of node.inputs) needed.add(input);
  }
  return live.reverse();
}
