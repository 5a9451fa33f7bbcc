/**
 * Every failure that Setosa reports on purpose, by stable code.
 *
 * The table is closed: edges (HTTP, exit codes, later gRPC) translate it with an exhaustive record,
 * so that a new code does not compile until every edge has decided what it means there.
 */
export const errorCodes = {
  // A request's body and address
  JSON_INVALID: "The body is not valid JSON.",
  JSON_TOO_DEEP: "The body nests arrays or objects deeper than the limit.",
  CSV_INVALID: "The body is not valid CSV.",
  BODY_TOO_LARGE: "The body is larger than the limit.",
  BODY_EMPTY: "The request has no body.",
  BODY_SHAPE_INVALID: "The body is of a shape that is not a prediction request.",
  MESSAGE_INVALID: "The body is not the Protocol Buffers message that the method takes.",
  CONTENT_TYPE_UNSUPPORTED: "The body's content type is not one that this route reads.",
  OPERATION_NOT_IMPLEMENTED: "The protocol has this operation, and the server does not.",
  METHOD_NOT_ALLOWED: "The route exists, but not for this HTTP method.",
  ROUTE_NOT_FOUND: "No route has this path.",
  KERNEL_UNAVAILABLE: "The model has no kernel that could run elsewhere.",
  MODEL_NOT_FOUND: "No loaded model has this name.",
  MODEL_VERSION_NOT_FOUND: "The model is loaded, but not in this version.",
  UNAUTHENTICATED: "The request has no API key that the server knows.",
  PERMISSION_DENIED: "The client may not do this.",
  RATE_LIMITED: "The API key has asked more often than it may.",

  // A row of features
  FEATURE_MISSING: "A feature that the model needs is absent.",
  FEATURE_UNKNOWN: "A feature is not one of the model's.",
  FEATURE_REPEATED: "A feature is given more than once.",
  FEATURE_TYPE_INVALID: "A feature's value has the wrong type.",
  FEATURE_NOT_FINITE: "A feature's number is too large for its type.",
  FEATURE_NULL: "A feature is null, and the model takes no missing value there.",
  CATEGORY_UNKNOWN: "A category is not one that the model was trained on.",
  ROW_WIDTH_INVALID: "A row has a different number of values than the model has features.",
  ROWS_EMPTY: "The request holds no row.",
  ROWS_TOO_MANY: "The request holds more rows than the limit.",
  TENSOR_INVALID: "A tensor's nesting, shape or values do not fit the model's input.",

  // A model file
  MODEL_FILE_UNREADABLE: "The model file or folder cannot be read.",
  MODEL_FILE_INVALID: "The model file is damaged: its bytes do not follow its format.",
  MODEL_FILE_TOO_LARGE: "The model file is larger than the limit.",
  MODEL_FORMAT_UNKNOWN: "The file is not in a model format that Setosa reads.",
  MODEL_GRAPH_INVALID: "The model's graph is not well-formed.",
  MODEL_SHAPE_INVALID: "A shape in the model is negative, too large, or does not fit its data.",
  MODEL_SIGNATURE_INVALID: "The model's signature metadata does not fit its graph.",
  MODEL_PARITY_FAILED: "The model answers its parity rows differently from the framework that trained it.",
  MODEL_NAME_TAKEN: "Two model files have the same name and version.",
  MODEL_ALREADY_LOADED: "The model that is to be loaded is loaded already.",
  MODEL_MEMORY_EXHAUSTED: "There is not enough memory for the model.",
  MODELS_EMPTY: "No model file was found.",
  MODELS_NOT_READY: "Models that should answer are not loaded.",
  OPERATOR_UNSUPPORTED: "The model uses an operator, or a form of one, that this engine does not run.",
  ENGINE_UNAVAILABLE: "The engine that the model needs is not installed.",
  ENGINE_FAILED: "The engine failed while it ran the model.",
  ENGINE_ASYNC_ONLY: "The model's engine answers only asynchronously.",

  // Explanations
  EXPLANATION_UNSUPPORTED: "The model's predictions cannot be attributed to its features exactly.",
  EXPLANATION_UNAVAILABLE: "The model's file, which explanations are made from, is not there any more.",

  // The server and the command line
  ARGUMENT_INVALID: "A command-line argument or option is wrong.",
  PORT_IN_USE: "Another process listens on the port.",
  OVERLOADED: "The server has more work than it accepts.",
  DEADLINE_EXCEEDED: "The request took longer than its deadline.",
  REQUEST_CANCELLED: "The client went away before its request was begun.",
  SERVER_DRAINING: "The server is shutting down.",
  WORKERS_FAILING: "Fewer than half of the server's workers serve.",
  REQUEST_INVALID: "The request does not follow HTTP/1.1.",
  HEADERS_TOO_LARGE: "The request's headers are larger than the limit.",
  INTERNAL: "Setosa has a defect: this should not happen.",
} as const;

export type ErrorCode = keyof typeof errorCodes;

export interface SetosaErrorOptions {
  /** Where in the input: a path into a body such as `[3]["petal width (cm)"]`, a node's name, a file. */
  readonly path?: string;
  /** What to do about it, in one sentence. */
  readonly hint?: string;
  /** Of a failure that passes: after how many seconds trying again makes sense. */
  readonly retrySeconds?: number;
  readonly cause?: unknown;
}

/** The one error type. `message` says what is wrong in this case, `code` is stable, `hint` is the fix. */
export class SetosaError extends Error {
  override readonly name = "SetosaError";
  readonly code: ErrorCode;
  readonly path: string | undefined;
  readonly hint: string | undefined;
  readonly retrySeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options: SetosaErrorOptions = {}) {
    super(shortened(message), options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.path = options.path === undefined ? undefined : shortened(options.path);
    this.hint = options.hint;
    this.retrySeconds = options.retrySeconds;
  }
}

/** A message quotes names of a file or a request, which may be megabytes long. */
const longestText = 4000;

function shortened(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText - 1)}…`;
}
