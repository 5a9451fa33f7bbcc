import type { Operator } from "../graph/operators.ts";
import type { Evaluate } from "./evaluate.ts";
import { evaluateAdd, evaluateDiv, evaluateMul, evaluateSub } from "./operators/elementwise/arithmetic.ts";
import { evaluateCast } from "./operators/elementwise/cast.ts";
import { evaluateAbs, evaluateExp, evaluateNeg, evaluateRelu, evaluateSigmoid, evaluateTanh } from "./operators/elementwise/unary.ts";
import { evaluateLinearClassifier } from "./operators/linear/linear-classifier.ts";
import { evaluateLinearRegressor } from "./operators/linear/linear-regressor.ts";
import { evaluateGemm } from "./operators/matrix/gemm.ts";
import { evaluateMatMul } from "./operators/matrix/matmul.ts";
import { evaluateArrayFeatureExtractor } from "./operators/preprocessing/array-feature-extractor.ts";
import { evaluateImputer } from "./operators/preprocessing/imputer.ts";
import { evaluateNormalizer } from "./operators/preprocessing/normalizer.ts";
import { evaluateOneHotEncoder } from "./operators/preprocessing/one-hot-encoder.ts";
import { evaluateScaler } from "./operators/preprocessing/scaler.ts";
import { evaluateArgMax } from "./operators/reduction/arg-max.ts";
import { evaluateReduceSum } from "./operators/reduction/reduce-sum.ts";
import { evaluateSoftmax } from "./operators/reduction/softmax.ts";
import { evaluateConcat } from "./operators/shape/concat.ts";
import { evaluateFlatten } from "./operators/shape/flatten.ts";
import { evaluateIdentity } from "./operators/shape/identity.ts";
import { evaluateReshape } from "./operators/shape/reshape.ts";
import { evaluateSVMClassifier } from "./operators/svm/svm-classifier.ts";
import { evaluateSVMRegressor } from "./operators/svm/svm-regressor.ts";
import { evaluateTreeEnsembleClassifier } from "./operators/tree-ensemble/tree-ensemble-classifier.ts";
import { evaluateTreeEnsembleRegressor } from "./operators/tree-ensemble/tree-ensemble-regressor.ts";

/** How the interpreter evaluates each operator. */
export const evaluators: Readonly<Record<Operator, Evaluate>> = {
  Abs: evaluateAbs,
  Add: evaluateAdd,
  ArgMax: evaluateArgMax,
  Cast: evaluateCast,
  Concat: evaluateConcat,
  Div: evaluateDiv,
  Exp: evaluateExp,
  Flatten: evaluateFlatten,
  Gemm: evaluateGemm,
  Identity: evaluateIdentity,
  MatMul: evaluateMatMul,
  Mul: evaluateMul,
  Neg: evaluateNeg,
  ReduceSum: evaluateReduceSum,
  Relu: evaluateRelu,
  Reshape: evaluateReshape,
  Sigmoid: evaluateSigmoid,
  Softmax: evaluateSoftmax,
  Sub: evaluateSub,
  Tanh: evaluateTanh,
  "ai.onnx.ml.ArrayFeatureExtractor": evaluateArrayFeatureExtractor,
  "ai.onnx.ml.Imputer": evaluateImputer,
  "ai.onnx.ml.LinearClassifier": evaluateLinearClassifier,
  "ai.onnx.ml.LinearRegressor": evaluateLinearRegressor,
  "ai.onnx.ml.Normalizer": evaluateNormalizer,
  "ai.onnx.ml.OneHotEncoder": evaluateOneHotEncoder,
  "ai.onnx.ml.SVMClassifier": evaluateSVMClassifier,
  "ai.onnx.ml.SVMRegressor": evaluateSVMRegressor,
  "ai.onnx.ml.Scaler": evaluateScaler,
  "ai.onnx.ml.TreeEnsembleClassifier": evaluateTreeEnsembleClassifier,
  "ai.onnx.ml.TreeEnsembleRegressor": evaluateTreeEnsembleRegressor,
};
