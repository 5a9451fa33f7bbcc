import type { ErrorCode } from "../errors.ts";

/**
 * What each error is in HTTP. Exhaustive: a new code does not compile until it has a status.
 *
 * The codes of the command line and of model files are 500: they can only reach a client through a defect.
 */
export const httpStatus: Readonly<Record<ErrorCode, number>> = {
  JSON_INVALID: 400,
  JSON_TOO_DEEP: 400,
  CSV_INVALID: 400,
  BODY_TOO_LARGE: 413,
  BODY_EMPTY: 400,
  BODY_SHAPE_INVALID: 400,
  MESSAGE_INVALID: 400,
  CONTENT_TYPE_UNSUPPORTED: 415,
  OPERATION_NOT_IMPLEMENTED: 501,
  METHOD_NOT_ALLOWED: 405,
  ROUTE_NOT_FOUND: 404,
  MODEL_NOT_FOUND: 404,
  MODEL_VERSION_NOT_FOUND: 404,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  RATE_LIMITED: 429,

  FEATURE_MISSING: 400,
  FEATURE_UNKNOWN: 400,
  FEATURE_REPEATED: 400,
  FEATURE_TYPE_INVALID: 400,
  FEATURE_NOT_FINITE: 400,
  FEATURE_NULL: 400,
  CATEGORY_UNKNOWN: 400,
  ROW_WIDTH_INVALID: 400,
  ROWS_EMPTY: 400,
  ROWS_TOO_MANY: 413,
  TENSOR_INVALID: 400,

  MODEL_FILE_UNREADABLE: 500,
  MODEL_FILE_INVALID: 500,
  MODEL_FILE_TOO_LARGE: 500,
  MODEL_FORMAT_UNKNOWN: 500,
  MODEL_GRAPH_INVALID: 500,
  MODEL_SHAPE_INVALID: 500,
  MODEL_SIGNATURE_INVALID: 500,
  MODEL_PARITY_FAILED: 500,
  MODEL_NAME_TAKEN: 500,
  MODEL_ALREADY_LOADED: 409,
  // RFC 4918, 11.5: what Amazon SageMaker takes for the wish that other models be unloaded first.
  MODEL_MEMORY_EXHAUSTED: 507,
  MODELS_EMPTY: 500,
  MODELS_NOT_READY: 503,
  OPERATOR_UNSUPPORTED: 500,
  ENGINE_UNAVAILABLE: 503,
  ENGINE_FAILED: 500,
  ENGINE_ASYNC_ONLY: 500,

  // The server and the request are as they should be, and another model is what it takes: no failure that alerts should count.
  EXPLANATION_UNSUPPORTED: 422,
  EXPLANATION_UNAVAILABLE: 503,

  ARGUMENT_INVALID: 400,
  PORT_IN_USE: 500,
  OVERLOADED: 503,
  DEADLINE_EXCEEDED: 504,
  // Nobody reads it, but for a client that closed only its own half. The number is nginx's; RFC 9110 has none.
  REQUEST_CANCELLED: 499,
  SERVER_DRAINING: 503,
  WORKERS_FAILING: 503,
  REQUEST_INVALID: 400,
  HEADERS_TOO_LARGE: 431,
  INTERNAL: 500,
};
