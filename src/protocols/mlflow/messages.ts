import type { FrameInput } from "../dataframes.ts";
import type { PredictMethod } from "../predict-method.ts";

/** The version of MLflow whose scoring server this protocol follows, which is what its clients are told. */
export const mlflowVersion = "3.17.2";

/** What a body of `/invocations` asks for. */
export interface Invocation {
  readonly input: FrameInput;
  readonly method: PredictMethod;
}

/** Bodies that `/invocations` reads. Parquet, which MLflow reads as well, is refused. */
export type InvocationMedia = "application/json" | "text/csv";

/** `mlflow/exceptions.py`: what each status is called in its errors. */
export const mlflowErrorCodes = [
  "BAD_REQUEST",
  "CANCELLED",
  "DEADLINE_EXCEEDED",
  "ENDPOINT_NOT_FOUND",
  "INTERNAL_ERROR",
  "PERMISSION_DENIED",
  "REQUEST_LIMIT_EXCEEDED",
  "RESOURCE_DOES_NOT_EXIST",
  "TEMPORARILY_UNAVAILABLE",
  "UNAUTHENTICATED",
] as const;
export type MlflowErrorCode = (typeof mlflowErrorCodes)[number];

/** The body of every error but those of content types, which are plain text. `code`, `path` and `hint` are Setosa's own. */
export interface MlflowError {
  readonly error_code: MlflowErrorCode;
  readonly message: string;
  readonly code: string;
  readonly path?: string | undefined;
  readonly hint?: string | undefined;
}
