import type { VectorFile } from "../vector.ts";
import { mlflow } from "./mlflow.ts";
import { openInference } from "./open-inference.ts";
import { openInferenceGrpc } from "./open-inference-grpc.ts";
import { predictVectors } from "./predict.ts";
import { sageMaker, sageMakerMultiModel } from "./sagemaker.ts";
import { tfServing } from "./tf-serving.ts";
import { vertex } from "./vertex.ts";

/** All files of vectors. A protocol that has none is named by `vectors.test.ts`. */
export const vectorFiles: readonly VectorFile[] = [
  predictVectors,
  openInference,
  openInferenceGrpc,
  tfServing,
  mlflow,
  sageMaker,
  sageMakerMultiModel,
  vertex,
];
