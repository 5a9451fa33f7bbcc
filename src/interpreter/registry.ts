import type { Operator } from "../graph/operators.ts";
import type { Evaluate } from "./evaluate.ts";
import { evaluateAdd, evaluateDiv, evaluateMod, evaluateMul, evaluatePow, evaluateSub } from "./operators/elementwise/arithmetic.ts";
import { evaluateCast } from "./operators/elementwise/cast.ts";
import { evaluateClip } from "./operators/elementwise/clip.ts";
import {
  evaluateAnd,
  evaluateEqual,
  evaluateGreater,
  evaluateGreaterOrEqual,
  evaluateLess,
  evaluateLessOrEqual,
  evaluateOr,
  evaluateXor,
} from "./operators/elementwise/comparison.ts";
import {
  evaluateAbs,
  evaluateAcos,
  evaluateAcosh,
  evaluateAsin,
  evaluateAsinh,
  evaluateAtan,
  evaluateAtanh,
  evaluateCeil,
  evaluateCos,
  evaluateCosh,
  evaluateErf,
  evaluateExp,
  evaluateFloor,
  evaluateIsInf,
  evaluateIsNaN,
  evaluateLog,
  evaluateNeg,
  evaluateNot,
  evaluateReciprocal,
  evaluateRelu,
  evaluateRound,
  evaluateSigmoid,
  evaluateSign,
  evaluateSin,
  evaluateSinh,
  evaluateSqrt,
  evaluateTan,
  evaluateTanh,
} from "./operators/elementwise/unary.ts";
import { evaluateMax, evaluateMean, evaluateMin, evaluateSum } from "./operators/elementwise/variadic.ts";
import { evaluateWhere } from "./operators/elementwise/where.ts";
import { evaluateLabelEncoder } from "./operators/encoding/label-encoder.ts";
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
import { evaluateTreeEnsemble } from "./operators/tree-ensemble/tree-ensemble5.ts";

/** How the interpreter evaluates each operator. */
export const evaluators: Readonly<Record<Operator, Evaluate>> = {
  Abs: evaluateAbs,
  Acos: evaluateAcos,
  Acosh: evaluateAcosh,
  Add: evaluateAdd,
  And: evaluateAnd,
  ArgMax: evaluateArgMax,
  Asin: evaluateAsin,
  Asinh: evaluateAsinh,
  Atan: evaluateAtan,
  Atanh: evaluateAtanh,
  Cast: evaluateCast,
  Ceil: evaluateCeil,
  Clip: evaluateClip,
  Concat: evaluateConcat,
  Cos: evaluateCos,
  Cosh: evaluateCosh,
  Div: evaluateDiv,
  Equal: evaluateEqual,
  Erf: evaluateErf,
  Exp: evaluateExp,
  Flatten: evaluateFlatten,
  Floor: evaluateFloor,
  Gemm: evaluateGemm,
  Greater: evaluateGreater,
  GreaterOrEqual: evaluateGreaterOrEqual,
  Identity: evaluateIdentity,
  IsInf: evaluateIsInf,
  IsNaN: evaluateIsNaN,
  Less: evaluateLess,
  LessOrEqual: evaluateLessOrEqual,
  Log: evaluateLog,
  MatMul: evaluateMatMul,
  Max: evaluateMax,
  Mean: evaluateMean,
  Min: evaluateMin,
  Mod: evaluateMod,
  Mul: evaluateMul,
  Neg: evaluateNeg,
  Not: evaluateNot,
  Or: evaluateOr,
  Pow: evaluatePow,
  Reciprocal: evaluateReciprocal,
  ReduceSum: evaluateReduceSum,
  Relu: evaluateRelu,
  Reshape: evaluateReshape,
  Round: evaluateRound,
  Sigmoid: evaluateSigmoid,
  Sign: evaluateSign,
  Sin: evaluateSin,
  Sinh: evaluateSinh,
  Softmax: evaluateSoftmax,
  Sqrt: evaluateSqrt,
  Sub: evaluateSub,
  Sum: evaluateSum,
  Tan: evaluateTan,
  Tanh: evaluateTanh,
  Where: evaluateWhere,
  Xor: evaluateXor,
  "ai.onnx.ml.ArrayFeatureExtractor": evaluateArrayFeatureExtractor,
  "ai.onnx.ml.Imputer": evaluateImputer,
  "ai.onnx.ml.LabelEncoder": evaluateLabelEncoder,
  "ai.onnx.ml.LinearClassifier": evaluateLinearClassifier,
  "ai.onnx.ml.LinearRegressor": evaluateLinearRegressor,
  "ai.onnx.ml.Normalizer": evaluateNormalizer,
  "ai.onnx.ml.OneHotEncoder": evaluateOneHotEncoder,
  "ai.onnx.ml.SVMClassifier": evaluateSVMClassifier,
  "ai.onnx.ml.SVMRegressor": evaluateSVMRegressor,
  "ai.onnx.ml.Scaler": evaluateScaler,
  "ai.onnx.ml.TreeEnsemble": evaluateTreeEnsemble,
  "ai.onnx.ml.TreeEnsembleClassifier": evaluateTreeEnsembleClassifier,
  "ai.onnx.ml.TreeEnsembleRegressor": evaluateTreeEnsembleRegressor,
};
