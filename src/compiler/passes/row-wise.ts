import { intAttribute } from "../../graph/attributes.ts";
import { type Node, operatorName } from "../../graph/graph.ts";

/** Operators that give every row its own result whatever the other rows are, if their constants do not tell rows apart. */
const elementwise = new Set(
  [
    "Abs Add And Cast Ceil Clip Div Equal Erf Exp Floor Greater GreaterOrEqual Identity IsInf IsNaN Less LessOrEqual Log",
    "Max Mean Min Mod Mul Neg Not Or Pow Reciprocal Relu Round Sigmoid Sign Sqrt Sub Sum Tanh Where Xor",
    "ai.onnx.ml.LabelEncoder ai.onnx.ml.Binarizer ai.onnx.ml.Scaler ai.onnx.ml.Normalizer",
  ].flatMap((names) => names.split(" ")),
);

/** Whether the node works row by row on tables `[rows, columns]` and lists `[rows]`. */
export function isRowWise(node: Node): boolean {
  const name = operatorName(node);
  if (elementwise.has(name)) return true;
  // To [-1, columns]: whoever evaluates it sees whether the rows stay rows.
  if (name === "Reshape") return true;
  return name === "ArgMax" && intAttribute(node, "axis", 0) === 1;
}
