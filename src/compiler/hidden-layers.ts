import { type Graph, type Node, operatorName } from "../graph/graph.ts";

const products = new Set(["MatMul", "Gemm"]);
const activations = new Set(
  "Celu Elu Gelu HardSigmoid HardSwish LeakyRelu Mish PRelu Relu Selu Sigmoid Softplus Softsign Swish Tanh ThresholdedRelu".split(" "),
);

/**
 * The products of a network's hidden layers: what comes out of them, plus a constant bias, goes through an activation
 * into the next product and nowhere else. Linear models, distances by products and a network's last layer are none.
 */
export function hiddenLayers(graph: Graph): ReadonlySet<Node> {
  const consumers = new Map<string, Node[]>();
  for (const node of graph.nodes)
    for (const input of node.inputs) {
      const known = consumers.get(input);
      if (known === undefined) consumers.set(input, [node]);
      else known.push(node);
    }
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const next = (node: Node | undefined): Node | undefined => {
    const [output = ""] = node?.outputs ?? [];
    const readers = outputs.has(output) ? [] : (consumers.get(output) ?? []);
    return readers.length === 1 ? readers[0] : undefined;
  };
  const isHidden = (node: Node): boolean => {
    if (!products.has(operatorName(node))) return false;
    let after = next(node);
    if (after !== undefined && operatorName(after) === "Add" && after.inputs.some((input) => graph.constants.has(input)))
      after = next(after);
    if (after === undefined || !activations.has(operatorName(after))) return false;
    const layer = next(after);
    return layer !== undefined && products.has(operatorName(layer)) && layer.inputs[0] === after.outputs[0];
  };
  return new Set(graph.nodes.filter(isHidden));
}
