/** The operators that the interpreter and the compiler both run; both key their tables by this list. */
export const operators = [
  "Abs",
  "Add",
  "ArgMax",
  "Cast",
  "Concat",
  "Div",
  "Exp",
  "Flatten",
  "Gemm",
  "Identity",
  "MatMul",
  "Mul",
  "Neg",
  "ReduceSum",
  "Relu",
  "Reshape",
  "Sigmoid",
  "Softmax",
  "Sub",
  "Tanh",
  "ai.onnx.ml.ArrayFeatureExtractor",
  "ai.onnx.ml.Imputer",
  "ai.onnx.ml.LinearClassifier",
  "ai.onnx.ml.LinearRegressor",
  "ai.onnx.ml.Normalizer",
  "ai.onnx.ml.OneHotEncoder",
  "ai.onnx.ml.SVMClassifier",
  "ai.onnx.ml.SVMRegressor",
  "ai.onnx.ml.Scaler",
  "ai.onnx.ml.TreeEnsembleClassifier",
  "ai.onnx.ml.TreeEnsembleRegressor",
] as const;

export type Operator = (typeof operators)[number];

const known: ReadonlySet<string> = new Set(operators);

export function isOperator(name: string): name is Operator {
  return known.has(name);
}
