import type { ErrorCode } from "../errors.ts";

const failure = 1;
const usage = 2;
const portTaken = 3;
const modelRefused = 4;

/** What the process exits with for each error: 1 failure, 2 usage, 3 port taken, 4 a model that cannot be served. */
export const exitStatus: Readonly<Record<ErrorCode, number>> = {
  ARGUMENT_INVALID: usage,
  PORT_IN_USE: portTaken,

  MODEL_FILE_UNREADABLE: modelRefused,
  MODEL_FILE_INVALID: modelRefused,
  MODEL_FILE_TOO_LARGE: modelRefused,
  MODEL_FORMAT_UNKNOWN: modelRefused,
  MODEL_GRAPH_INVALID: modelRefused,
  MODEL_SHAPE_INVALID: modelRefused,
  MODEL_SIGNATURE_INVALID: modelRefused,
  MODEL_PARITY_FAILED: modelRefused,
  MODEL_NAME_TAKEN: modelRefused,
  MODEL_NOT_FOUND: modelRefused,
  MODEL_VERSION_NOT_FOUND: modelRefused,
  MODELS_EMPTY: modelRefused,
  MODELS_NOT_READY: modelRefused,
  OPERATOR_UNSUPPORTED: modelRefused,
  ENGINE_UNAVAILABLE: modelRefused,

  JSON_INVALID: failure,
  JSON_TOO_DEEP: failure,
  CSV_INVALID: failure,
  BODY_TOO_LARGE: failure,
  BODY_EMPTY: failure,
  BODY_SHAPE_INVALID: failure,
  CONTENT_TYPE_UNSUPPORTED: failure,
  METHOD_NOT_ALLOWED: failure,
  ROUTE_NOT_FOUND: failure,
  UNAUTHENTICATED: failure,
  PERMISSION_DENIED: failure,
  RATE_LIMITED: failure,
  FEATURE_MISSING: failure,
  FEATURE_UNKNOWN: failure,
  FEATURE_REPEATED: failure,
  FEATURE_TYPE_INVALID: failure,
  FEATURE_NOT_FINITE: failure,
  FEATURE_NULL: failure,
  CATEGORY_UNKNOWN: failure,
  ROW_WIDTH_INVALID: failure,
  ROWS_EMPTY: failure,
  ROWS_TOO_MANY: failure,
  TENSOR_INVALID: failure,
  ENGINE_FAILED: failure,
  ENGINE_ASYNC_ONLY: failure,
  OVERLOADED: failure,
  DEADLINE_EXCEEDED: failure,
  REQUEST_CANCELLED: failure,
  SERVER_DRAINING: failure,
  WORKERS_FAILING: failure,
  REQUEST_INVALID: failure,
  HEADERS_TOO_LARGE: failure,
  INTERNAL: failure,
};
