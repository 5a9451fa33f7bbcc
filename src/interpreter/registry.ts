import type { Operator } from "../graph/operators.ts";
import type { Evaluate } from "./evaluate.ts";
import { logistic } from "./operators/class-scores.ts";
import { binary, cast, unary } from "./operators/elementwise.ts";
import { linearClassifier, linearRegressor } from "./operators/linear.ts";
import { gemm, matMul } from "./operators/linear-algebra.ts";
import { arrayFeatureExtractor, imputer, normalizer, oneHotEncoder, scaler } from "./operators/preprocessing.ts";
import { argMax, reduceSum, softmaxOperator } from "./operators/reduce.ts";
import { concat, flatten, identity, reshape } from "./operators/shape.ts";
import { svmClassifier, svmRegressor } from "./operators/svm.ts";
import { treeEnsembleClassifier, treeEnsembleRegressor } from "./operators/tree-ensemble.ts";

/** How the interpreter evaluates each operator. */
export const evaluators: Readonly<Record<Operator, Evaluate>> = {
  Abs: unary(Math.abs),
  Add: binary((a, b) => a + b),
  ArgMax: argMax,
  Cast: cast,
  Concat: concat,
  Div: binary((a, b) => a / b),
  Exp: unary(Math.exp),
  Flatten: flatten,
  Gemm: gemm,
  Identity: identity,
  MatMul: matMul,
  Mul: binary((a, b) => a * b),
  Neg: unary((x) => -x),
  ReduceSum: reduceSum,
  Relu: unary((x) => Math.max(x, 0)),
  Reshape: reshape,
  Sigmoid: unary(logistic),
  Softmax: softmaxOperator,
  Sub: binary((a, b) => a - b),
  Tanh: unary(Math.tanh),
  "ai.onnx.ml.ArrayFeatureExtractor": arrayFeatureExtractor,
  "ai.onnx.ml.Imputer": imputer,
  "ai.onnx.ml.LinearClassifier": linearClassifier,
  "ai.onnx.ml.LinearRegressor": linearRegressor,
  "ai.onnx.ml.Normalizer": normalizer,
  "ai.onnx.ml.OneHotEncoder": oneHotEncoder,
  "ai.onnx.ml.SVMClassifier": svmClassifier,
  "ai.onnx.ml.SVMRegressor": svmRegressor,
  "ai.onnx.ml.Scaler": scaler,
  "ai.onnx.ml.TreeEnsembleClassifier": treeEnsembleClassifier,
  "ai.onnx.ml.TreeEnsembleRegressor": treeEnsembleRegressor,
};
