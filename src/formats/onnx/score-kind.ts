import { floatsAttribute, stringAttribute, tensorAttribute } from "../../graph/attributes.ts";
import { type Graph, type Node, operatorName } from "../../graph/graph.ts";

/**
 * What a classifier's scores are, from the node that makes them: the values of a decision function where
 * an ai.onnx.ml classifier gives them untransformed, else probabilities.
 */
export function scoreKindOf(graph: Graph, scores: string): "probability" | "decision" {
  const maker = graph.nodes.find(({ outputs }) => outputs.includes(scores));
  if (maker === undefined) return "probability";
  const isPlain = (stringAttribute(maker, "post_transform") ?? "NONE") === "NONE";
  switch (operatorName(maker)) {
    case "ai.onnx.ml.LinearClassifier":
      return isPlain ? "decision" : "probability";
    case "ai.onnx.ml.SVMClassifier":
      return isPlain && (floatsAttribute(maker, "prob_a")?.length ?? 0) === 0 ? "decision" : "probability";
    case "ai.onnx.ml.TreeEnsembleClassifier":
      // Leaves of a forest hold shares of the classes, those of boosted trees margins of both signs.
      return isPlain && hasNegative(weightsOf(maker)) ? "decision" : "probability";
    default:
      return "probability";
  }
}

function weightsOf(node: Node): ArrayLike<number> {
  const weights = tensorAttribute(node, "class_weights_as_tensor");
  if (weights === undefined) return floatsAttribute(node, "class_weights") ?? [];
  return weights.dtype === "string" ? [] : weights.data;
}

function hasNegative(numbers: ArrayLike<number>): boolean {
  for (let index = 0; index < numbers.length; index++) if ((numbers[index] as number) < 0) return true;
  return false;
}
