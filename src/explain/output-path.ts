import { type Graph, isOpaque, type Node, operatorName } from "../graph/graph.ts";
import type { Signature } from "../graph/signature.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { isEnsemble, type Link } from "./ensemble.ts";
import { refuse } from "./refuse.ts";

/** How an ensemble's sums become the model's scores or values. */
export interface OutputPath {
  readonly ensemble: Node;
  /** What follows the ensemble. */
  readonly link: Link;
  /** Whether the scores of two classes were made of one: what it is for the second, 1 less it for the first. */
  readonly complement: boolean;
  /** The sums times this, plus that, is what the link is applied to. */
  readonly factor: number;
  readonly offset: readonly number[];
}

/**
 * Walks from the output back to the trees.
 * @throws SetosaError EXPLANATION_UNSUPPORTED for anything but one ensemble
 */
export function outputPath(graph: Graph, { task }: Signature): OutputPath {
  if (task.kind === "tensors") refuse("it takes tensors and no features");
  if (task.kind === "multioutput_classification") refuse("it gives several labels to a row");
  if (task.kind !== "classification" && task.kind !== "regression") refuse(`it is a ${task.kind.replace("_", " ")}`);
  const output = "value" in task ? task.value : task.scores;
  if (output === undefined) return refuse("it gives labels without scores");
  return walk(graph, output);
}

function walk(graph: Graph, output: string): OutputPath {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const constant = (name: string | undefined): Tensor | undefined => {
    const found = graph.constants.get(name ?? "");
    return found === undefined || isOpaque(found) ? undefined : found;
  };
  const numbers = (name: string | undefined): number[] | undefined => {
    const data = constant(name)?.data;
    return data === undefined || Array.isArray(data) ? undefined : Array.from(data);
  };
  let link: Link = "identity";
  let complement = false;
  let factor = 1;
  let offset: readonly number[] = [];
  let value = output;
  for (;;) {
    const node = makers.get(value);
    if (node === undefined) return refuse("there is no tree ensemble in it", treesOnly);
    if (isEnsemble(node)) return { ensemble: node, link, complement, factor, offset };
    const next = step(node);
    if (next === undefined) {
      const found = upstream(node, makers);
      if (found.length !== 1)
        return refuse(found.length === 0 ? "there is no tree ensemble in it" : `it is made of ${found.length} tree ensembles`, treesOnly);
      // A function of one ensemble's sums that is not told apart: what it is applied to is the margin.
      return { ensemble: found[0] as Node, link: "other", complement: false, factor: 1, offset: [] };
    }
    value = next;
  }

  /** Undefined for what is not one of the usual ends of a model. */
  function step(node: Node): string | undefined {
    const [first = "", second = ""] = node.inputs;
    switch (operatorName(node)) {
      case "Identity":
      case "Cast":
      case "Reshape":
      case "Squeeze":
      case "Unsqueeze":
      case "Flatten":
        return first;
      case "Exp":
        return linked("exp", first);
      case "Sigmoid":
        return linked("logistic", first);
      case "Softmax":
        return linked("softmax", first);
      case "Concat":
        return complemented(node);
      case "Mul":
      case "Div": {
        const [operand, by] =
          numbers(second) === undefined && node.operator === "Mul" ? [second, numbers(first)] : [first, numbers(second)];
        if (by?.length !== 1) return undefined;
        const own = node.operator === "Mul" ? (by[0] as number) : 1 / (by[0] as number);
        factor *= own;
        return operand;
      }
      case "Add": {
        const [operand, by] = numbers(second) === undefined ? [second, numbers(first)] : [first, numbers(second)];
        if (by === undefined) return undefined;
        const scaled = by.map((one) => one * factor);
        offset =
          offset.length === 0
            ? scaled
            : scaled.length === offset.length
              ? scaled.map((one, index) => one + (offset[index] as number))
              : refuse("what is added to its sums has several shapes");
        return operand;
      }
      default:
        return undefined;
    }
  }

  /** A link of a link, or of what was scaled already, is another function. */
  function linked(name: Link, next: string): string | undefined {
    if (link !== "identity" || factor !== 1 || offset.length > 0) return undefined;
    link = name;
    return next;
  }

  /** `[1 - s, s]`. */
  function complemented({ inputs: [first = "", second = "", third] }: Node): string | undefined {
    const made = makers.get(first);
    const isRest = made !== undefined && operatorName(made) === "Sub" && made.inputs[1] === second;
    if (third !== undefined || !isRest || link !== "identity" || factor !== 1 || offset.length > 0) return undefined;
    if (numbers(made.inputs[0])?.every((one) => one === 1) !== true) return undefined;
    complement = true;
    return second;
  }
}

const treesOnly = "Explanations are of models with one tree ensemble: decision trees, forests, gradient boosting.";

/** The ensembles that a node depends on. */
function upstream(from: Node, makers: ReadonlyMap<string, Node>): Node[] {
  const found = new Set<Node>();
  const seen = new Set<Node>();
  const pending = [from];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (isEnsemble(node)) {
      found.add(node);
      continue;
    }
    for (const input of node.inputs) {
      const maker = makers.get(input);
      if (maker !== undefined) pending.push(maker);
    }
  }
  return [...found];
}
