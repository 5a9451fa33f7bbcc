import type { Graph } from "../graph/graph.ts";
import type { ParityRows, Signature } from "../graph/signature.ts";

/** A model file, read and checked. */
export interface ModelFile {
  readonly format: "onnx" | "catboost" | "lightgbm" | "xgboost";
  readonly graph: Graph;
  readonly signature: Signature;
  /** Rows with the training framework's answers, where the file carries them. */
  readonly parity?: ParityRows;
  /** The program that wrote the file, as it names itself. */
  readonly producer: string;
  /** Size of the file. */
  readonly bytes: number;
  /**
   * The model as ONNX bytes that onnxruntime runs, without ZipMap; absent in a trainer's own format.
   * Throws OPERATOR_UNSUPPORTED for a model that would end the process there.
   */
  readonly onnx?: () => Uint8Array;
}
