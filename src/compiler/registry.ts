import type { Operator } from "../graph/operators.ts";
import { lowerAdd, lowerDiv, lowerMul, lowerSub } from "./kernels/elementwise/binary.ts";
import { lowerCast } from "./kernels/elementwise/cast.ts";
import { lowerAbs, lowerExp, lowerNeg, lowerRelu, lowerSigmoid, lowerTanh } from "./kernels/elementwise/unary.ts";
import { lowerLinearClassifier, lowerLinearRegressor } from "./kernels/linear/lower.ts";
import { lowerGemm, lowerMatMul } from "./kernels/matmul.ts";
import { lowerArrayFeatureExtractor } from "./kernels/preprocessing/array-feature-extractor.ts";
import { lowerImputer } from "./kernels/preprocessing/imputer.ts";
import { lowerNormalizer } from "./kernels/preprocessing/normalizer.ts";
import { lowerOneHotEncoder } from "./kernels/preprocessing/one-hot-encoder.ts";
import { lowerScaler } from "./kernels/preprocessing/scaler.ts";
import { lowerArgMax, lowerReduceSum, lowerSoftmax } from "./kernels/reduce.ts";
import { lowerConcat, lowerFlatten, lowerIdentity, lowerReshape } from "./kernels/shape.ts";
import { lowerSVMClassifier } from "./kernels/svm/classifier.ts";
import { lowerSVMRegressor } from "./kernels/svm/regressor.ts";
import { lowerTreeEnsembleClassifier, lowerTreeEnsembleRegressor } from "./kernels/tree-ensemble/lower.ts";
import type { Lower } from "./lowering.ts";

/** How the compiler lowers each operator. */
export const lowerings: Readonly<Record<Operator, Lower>> = {
  Abs: lowerAbs,
  Add: lowerAdd,
  ArgMax: lowerArgMax,
  Cast: lowerCast,
  Concat: lowerConcat,
  Div: lowerDiv,
  Exp: lowerExp,
  Flatten: lowerFlatten,
  Gemm: lowerGemm,
  Identity: lowerIdentity,
  MatMul: lowerMatMul,
  Mul: lowerMul,
  Neg: lowerNeg,
  ReduceSum: lowerReduceSum,
  Relu: lowerRelu,
  Reshape: lowerReshape,
  Sigmoid: lowerSigmoid,
  Softmax: lowerSoftmax,
  Sub: lowerSub,
  Tanh: lowerTanh,
  "ai.onnx.ml.ArrayFeatureExtractor": lowerArrayFeatureExtractor,
  "ai.onnx.ml.Imputer": lowerImputer,
  "ai.onnx.ml.LinearClassifier": lowerLinearClassifier,
  "ai.onnx.ml.LinearRegressor": lowerLinearRegressor,
  "ai.onnx.ml.Normalizer": lowerNormalizer,
  "ai.onnx.ml.OneHotEncoder": lowerOneHotEncoder,
  "ai.onnx.ml.SVMClassifier": lowerSVMClassifier,
  "ai.onnx.ml.SVMRegressor": lowerSVMRegressor,
  "ai.onnx.ml.Scaler": lowerScaler,
  "ai.onnx.ml.TreeEnsembleClassifier": lowerTreeEnsembleClassifier,
  "ai.onnx.ml.TreeEnsembleRegressor": lowerTreeEnsembleRegressor,
};
