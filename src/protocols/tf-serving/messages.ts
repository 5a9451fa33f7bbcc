/**
 * What the body of `:predict` holds beside its tensors. Bodies follow TensorFlow Serving's "RESTful API" (api_rest.md) and, for
 * `instances` and `predictions`, KServe's data plane v1.
 */
export interface PredictRequest {
  /** Undefined where the body names none. */
  readonly signature: string | undefined;
  /** By rows (`instances`, answered with `predictions`) or by columns (`inputs`, answered with `outputs`). */
  readonly format: "instances" | "inputs";
  readonly value: unknown;
}

/** Of `:classify` and `:regress`: an object of features for each row. */
export interface ExamplesRequest {
  readonly signature: string | undefined;
  readonly examples: readonly unknown[];
  /** Features that all examples share. */
  readonly context: Readonly<Record<string, unknown>> | undefined;
}

/** `GET /v1/models/{name}`: TensorFlow Serving's GetModelStatusResponse, and beside it what KServe's clients read. */
export interface ModelStatus {
  readonly model_version_status: readonly VersionStatus[];
  readonly name: string;
  /** Whether a version answers. */
  readonly ready: boolean;
}

export interface VersionStatus {
  readonly version: string;
  /** Of ModelVersionStatus.State those that are seen from outside. */
  readonly state: "AVAILABLE" | "END";
  readonly status: { readonly error_code: string; readonly error_message: string };
}

/** TensorInfo, as protobuf's JSON has it. */
export interface TensorInfo {
  readonly dtype: string;
  readonly tensor_shape: { readonly dim: readonly { readonly size: string; readonly name: string }[]; readonly unknown_rank: boolean };
  readonly name: string;
}

/** SignatureDef, as protobuf's JSON has it. */
export interface SignatureDef {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly outputs: Readonly<Record<string, TensorInfo>>;
  readonly method_name: "tensorflow/serving/predict" | "tensorflow/serving/classify" | "tensorflow/serving/regress";
}

/** `GET /v1/models/{name}/metadata`. */
export interface ModelMetadata {
  readonly model_spec: { readonly name: string; readonly signature_name: string; readonly version: string };
  readonly metadata: {
    readonly signature_def: { readonly signature_def: Readonly<Record<string, SignatureDef>> };
  };
}

/** The body of every error. */
export interface ErrorBody {
  readonly error: string;
}
