import type { Operator } from "../graph/operators.ts";
import type { Evaluate } from "./evaluate.ts";
import { evaluateAdd, evaluateDiv, evaluateMod, evaluateMul, evaluatePow, evaluateSub } from "./operators/elementwise/arithmetic.ts";
import { evaluateCast, evaluateCastLike } from "./operators/elementwise/cast.ts";
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
import { evaluateCategoryMapper, evaluateLabelEncoder } from "./operators/encoding/label-encoder.ts";
import { evaluateGather, evaluateGatherElements, evaluateGatherND } from "./operators/indexing/gather.ts";
import { evaluateScatterElements, evaluateScatterND } from "./operators/indexing/scatter.ts";
import { evaluateSlice } from "./operators/indexing/slice.ts";
import { evaluateSplit } from "./operators/indexing/split.ts";
import { evaluateLinearClassifier } from "./operators/linear/linear-classifier.ts";
import { evaluateLinearRegressor } from "./operators/linear/linear-regressor.ts";
import { evaluateCDist } from "./operators/matrix/cdist.ts";
import { evaluateEinsum } from "./operators/matrix/einsum.ts";
import { evaluateGemm } from "./operators/matrix/gemm.ts";
import { evaluateMatMul } from "./operators/matrix/matmul.ts";
import { evaluateSolve } from "./operators/matrix/solve.ts";
import {
  evaluateCelu,
  evaluateElu,
  evaluateGelu,
  evaluateHardSigmoid,
  evaluateHardSwish,
  evaluateLeakyRelu,
  evaluateMish,
  evaluatePRelu,
  evaluateSelu,
  evaluateSoftplus,
  evaluateSoftsign,
  evaluateSwish,
  evaluateThresholdedRelu,
} from "./operators/nn/activations.ts";
import { evaluateConv } from "./operators/nn/conv.ts";
import { evaluateDropout } from "./operators/nn/dropout.ts";
import { evaluateBatchNormalization, evaluateLayerNormalization } from "./operators/nn/normalization.ts";
import { evaluateAveragePool, evaluateGlobalAveragePool, evaluateGlobalMaxPool, evaluateMaxPool } from "./operators/nn/pool.ts";
import { evaluateArrayFeatureExtractor } from "./operators/preprocessing/array-feature-extractor.ts";
import { evaluateBinarizer } from "./operators/preprocessing/binarizer.ts";
import { evaluateFeatureVectorizer } from "./operators/preprocessing/feature-vectorizer.ts";
import { evaluateImputer } from "./operators/preprocessing/imputer.ts";
import { evaluateNormalizer } from "./operators/preprocessing/normalizer.ts";
import { evaluateOneHotEncoder } from "./operators/preprocessing/one-hot-encoder.ts";
import { evaluateScaler } from "./operators/preprocessing/scaler.ts";
import { evaluateArgMax, evaluateArgMin } from "./operators/reduction/arg-max.ts";
import { evaluateCumSum } from "./operators/reduction/cum-sum.ts";
import { evaluateLpNormalization } from "./operators/reduction/lp-normalization.ts";
import {
  evaluateReduceL1,
  evaluateReduceL2,
  evaluateReduceLogSum,
  evaluateReduceMax,
  evaluateReduceMean,
  evaluateReduceMin,
  evaluateReduceProd,
  evaluateReduceSum,
  evaluateReduceSumSquare,
} from "./operators/reduction/reduce.ts";
import { evaluateReduceLogSumExp } from "./operators/reduction/reduce-log-sum-exp.ts";
import { evaluateHardmax, evaluateLogSoftmax, evaluateSoftmax } from "./operators/reduction/softmax.ts";
import { evaluateTopK } from "./operators/reduction/top-k.ts";
import { evaluateConcat } from "./operators/shape/concat.ts";
import { evaluateConstant } from "./operators/shape/constant.ts";
import {
  evaluateExpand,
  evaluateShape,
  evaluateSize,
  evaluateSqueeze,
  evaluateTile,
  evaluateTranspose,
  evaluateUnsqueeze,
} from "./operators/shape/dimensions.ts";
import { evaluateFlatten } from "./operators/shape/flatten.ts";
import { evaluateIdentity } from "./operators/shape/identity.ts";
import {
  evaluateCompress,
  evaluateConstantOfShape,
  evaluateEyeLike,
  evaluateNonZero,
  evaluateOneHot,
  evaluateRange,
} from "./operators/shape/make.ts";
import { evaluatePad } from "./operators/shape/pad.ts";
import { evaluateReshape } from "./operators/shape/reshape.ts";
import { evaluateSVMClassifier } from "./operators/svm/svm-classifier.ts";
import { evaluateSVMRegressor } from "./operators/svm/svm-regressor.ts";
import { evaluateCategoryHash } from "./operators/text/category-hash.ts";
import { evaluateMurmurHash3 } from "./operators/text/murmur-hash3.ts";
import { evaluateRegexFullMatch } from "./operators/text/regex-full-match.ts";
import { evaluateStringConcat } from "./operators/text/string-concat.ts";
import { evaluateStringNormalizer } from "./operators/text/string-normalizer.ts";
import { evaluateStringSplit } from "./operators/text/string-split.ts";
import { evaluateTfIdfVectorizer } from "./operators/text/tfidf-vectorizer.ts";
import { evaluateTokenizer } from "./operators/text/tokenizer.ts";
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
  ArgMin: evaluateArgMin,
  Asin: evaluateAsin,
  Asinh: evaluateAsinh,
  Atan: evaluateAtan,
  Atanh: evaluateAtanh,
  AveragePool: evaluateAveragePool,
  BatchNormalization: evaluateBatchNormalization,
  Cast: evaluateCast,
  CastLike: evaluateCastLike,
  Ceil: evaluateCeil,
  Celu: evaluateCelu,
  Clip: evaluateClip,
  Compress: evaluateCompress,
  Concat: evaluateConcat,
  Constant: evaluateConstant,
  ConstantOfShape: evaluateConstantOfShape,
  Conv: evaluateConv,
  Cos: evaluateCos,
  Cosh: evaluateCosh,
  CumSum: evaluateCumSum,
  Div: evaluateDiv,
  Dropout: evaluateDropout,
  Einsum: evaluateEinsum,
  Elu: evaluateElu,
  Equal: evaluateEqual,
  Erf: evaluateErf,
  Exp: evaluateExp,
  Expand: evaluateExpand,
  EyeLike: evaluateEyeLike,
  Flatten: evaluateFlatten,
  Floor: evaluateFloor,
  Gather: evaluateGather,
  GatherElements: evaluateGatherElements,
  GatherND: evaluateGatherND,
  Gelu: evaluateGelu,
  Gemm: evaluateGemm,
  GlobalAveragePool: evaluateGlobalAveragePool,
  GlobalMaxPool: evaluateGlobalMaxPool,
  Greater: evaluateGreater,
  GreaterOrEqual: evaluateGreaterOrEqual,
  HardSigmoid: evaluateHardSigmoid,
  HardSwish: evaluateHardSwish,
  Hardmax: evaluateHardmax,
  Identity: evaluateIdentity,
  IsInf: evaluateIsInf,
  IsNaN: evaluateIsNaN,
  LayerNormalization: evaluateLayerNormalization,
  LeakyRelu: evaluateLeakyRelu,
  Less: evaluateLess,
  LessOrEqual: evaluateLessOrEqual,
  Log: evaluateLog,
  LogSoftmax: evaluateLogSoftmax,
  MatMul: evaluateMatMul,
  LpNormalization: evaluateLpNormalization,
  Max: evaluateMax,
  MaxPool: evaluateMaxPool,
  Mean: evaluateMean,
  Min: evaluateMin,
  Mish: evaluateMish,
  Mod: evaluateMod,
  Mul: evaluateMul,
  Neg: evaluateNeg,
  NonZero: evaluateNonZero,
  Not: evaluateNot,
  OneHot: evaluateOneHot,
  Or: evaluateOr,
  PRelu: evaluatePRelu,
  Pad: evaluatePad,
  Pow: evaluatePow,
  Range: evaluateRange,
  Reciprocal: evaluateReciprocal,
  ReduceL1: evaluateReduceL1,
  ReduceL2: evaluateReduceL2,
  ReduceLogSum: evaluateReduceLogSum,
  ReduceLogSumExp: evaluateReduceLogSumExp,
  ReduceMax: evaluateReduceMax,
  ReduceMean: evaluateReduceMean,
  ReduceMin: evaluateReduceMin,
  ReduceProd: evaluateReduceProd,
  ReduceSum: evaluateReduceSum,
  ReduceSumSquare: evaluateReduceSumSquare,
  RegexFullMatch: evaluateRegexFullMatch,
  Relu: evaluateRelu,
  Reshape: evaluateReshape,
  Round: evaluateRound,
  ScatterElements: evaluateScatterElements,
  ScatterND: evaluateScatterND,
  Selu: evaluateSelu,
  Shape: evaluateShape,
  Sigmoid: evaluateSigmoid,
  Sign: evaluateSign,
  Sin: evaluateSin,
  Sinh: evaluateSinh,
  Size: evaluateSize,
  Slice: evaluateSlice,
  Softmax: evaluateSoftmax,
  Softplus: evaluateSoftplus,
  Softsign: evaluateSoftsign,
  Split: evaluateSplit,
  Sqrt: evaluateSqrt,
  Squeeze: evaluateSqueeze,
  StringConcat: evaluateStringConcat,
  StringNormalizer: evaluateStringNormalizer,
  StringSplit: evaluateStringSplit,
  Sub: evaluateSub,
  Sum: evaluateSum,
  Swish: evaluateSwish,
  Tan: evaluateTan,
  Tanh: evaluateTanh,
  TfIdfVectorizer: evaluateTfIdfVectorizer,
  ThresholdedRelu: evaluateThresholdedRelu,
  Tile: evaluateTile,
  TopK: evaluateTopK,
  Transpose: evaluateTranspose,
  Unsqueeze: evaluateUnsqueeze,
  Where: evaluateWhere,
  Xor: evaluateXor,
  "ai.onnx.ml.ArrayFeatureExtractor": evaluateArrayFeatureExtractor,
  "ai.onnx.ml.Binarizer": evaluateBinarizer,
  "ai.onnx.ml.CategoryMapper": evaluateCategoryMapper,
  "ai.onnx.ml.FeatureVectorizer": evaluateFeatureVectorizer,
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
  "com.microsoft.CDist": evaluateCDist,
  "catboost.CategoryHash": evaluateCategoryHash,
  "com.microsoft.MurmurHash3": evaluateMurmurHash3,
  "com.microsoft.Solve": evaluateSolve,
  "com.microsoft.Tokenizer": evaluateTokenizer,
};
