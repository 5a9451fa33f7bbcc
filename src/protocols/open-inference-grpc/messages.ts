import type { DatatypeName } from "../open-inference-datatypes.ts";
import type { ProtoReader } from "./proto-reader.ts";

/** `ModelInferRequest`, its tensors not yet read. */
export interface InferRequest {
  readonly modelName: string;
  /** Undefined where the one that answers shall. */
  readonly modelVersion: string | undefined;
  readonly id: string;
  readonly inputs: readonly InferInput[];
  /** Undefined for all. */
  readonly outputs: readonly string[] | undefined;
  /** `raw_input_contents` */
  readonly raw: readonly Uint8Array[];
}

/** `InferInputTensor` */
export interface InferInput {
  readonly name: string;
  readonly datatype: DatatypeName;
  readonly shape: readonly number[];
  /** `InferTensorContents`; undefined where there are no elements in it. */
  readonly contents: ProtoReader | undefined;
}

/** What requests about a model say of it. */
export interface ModelQuery {
  readonly name: string;
  readonly version: string | undefined;
}
