/** Vectors are data: a request, and what the protocol's specification says of its answer. */

/**
 * What an answer has to be, as JSON. A value stands for itself; an object with one of these keys for all values that
 * `differences` (in `expectation.ts`) takes for it:
 *
 * `$near` a number within 1e-6, or 1e-5 of its size · `$type` any value of a type · `$pattern` a text that has a match ·
 * `$has` an object with at least these entries · `$includes` a list with at least these elements, in any order ·
 * `$each` a list whose elements all are so · `$anyOf` one of several
 */
export type Expected = unknown;

/** What every server of predictions has to refuse. Closed: each protocol has a vector for each, or says why it has none. */
export const errorCases = {
  "unknown model": "a model that is not loaded",
  "unknown version": "a version that the model does not have",
  "wrong name": "an input that the model does not have",
  "wrong dtype": "values of another type than the input's",
  "wrong shape": "a row of another width, or a tensor of another rank",
  "wrong size": "fewer or more values than the shape says, or rows of different widths",
  "malformed body": "what is no JSON, no CSV, no message",
  "too large": "a body over --max-body-bytes",
  overloaded: "a model whose queue is full",
  "not ready": "a server with a model that could not be loaded",
  internal: "an engine that fails while it runs",
  "wrong method": "a route that exists, asked by another method",
  "wrong content type": "a body in a type that the route does not read",
  "no key": "a server with API keys, asked without one",
  "unknown key": "the same, with a key that it does not know",
  "key of another model": "a key that is for other models",
} as const;

export type ErrorCase = keyof typeof errorCases;

/** `open` serves the example models; `guarded` wants API keys, has a full queue, a broken model and one that fails. */
export type ServerName = "open" | "guarded";

/** What runs the servers of a file of vectors: a cloud platform has routes of its own. `multi-model` is SageMaker's second contract. */
export type Platform = "none" | "sagemaker" | "multi-model" | "vertex";

export type Body =
  /** `{base}` in it is the server's own folder. */
  | { readonly json: unknown }
  | { readonly text: string }
  | { readonly hex: string }
  /** JSON, with tensors as bytes after it: sent with `Inference-Header-Content-Length`. */
  | { readonly json: unknown; readonly tail: readonly string[] };

interface Cited {
  readonly name: string;
  /** The specification, or the reference server's source, and the section of it. */
  readonly spec: string;
  readonly error?: ErrorCase;
  /** Of a route of the specification that the server does not have: why not. */
  readonly unsupported?: string;
  /** `open` where it is absent. */
  readonly on?: ServerName;
  /** Sent in many copies at once until some are refused: those have to be answered so, the others with success. */
  readonly crowd?: boolean;
}

export interface HttpVector extends Cited {
  readonly request: {
    /** POST where there is a body, else GET. */
    readonly method?: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: Body;
    /** The body is sent so, and says so; lengths inside of it count what it was before. */
    readonly encoding?: "gzip" | "deflate";
  };
  readonly answer: {
    readonly status: number | readonly number[];
    /** By lower-case name; null for a header that must not be there. */
    readonly headers?: Readonly<Record<string, Expected>>;
    readonly json?: Expected;
    /** The body as text, as it is or as a pattern. */
    readonly text?: Expected;
    /** Tensors as bytes after the JSON, in order: hexadecimal, or numbers to compare after decoding. */
    readonly tail?: readonly (string | { readonly float32: Expected })[];
  };
}

export interface GrpcVector extends Cited {
  readonly call: {
    /** `package.Service/Method` */
    readonly method: string;
    /** The request in protobuf's JSON form, bytes as hexadecimal, or raw bytes that are no such message. */
    readonly message: unknown | { readonly $hex: string };
    readonly metadata?: Readonly<Record<string, string>>;
  };
  readonly answer: {
    /** `grpc-status` */
    readonly status: number;
    /** `grpc-message`, decoded. */
    readonly message?: Expected;
    readonly reply?: Expected;
  };
}

export type Vector = HttpVector | GrpcVector;

export interface VectorFile {
  /** As in the registry of protocols, or in the documentation where it is only a part of one. */
  readonly protocol: string;
  readonly title: string;
  readonly platform: Platform;
  /** Where the contract is published. */
  readonly specifications: readonly string[];
  readonly vectors: readonly Vector[];
  /** Why there can be no vector for an error. */
  readonly impossible: Readonly<Partial<Record<ErrorCase, string>>>;
}
