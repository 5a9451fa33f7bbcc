import type { ErrorCode, SetosaError } from "../errors.ts";
import type { RunOptions } from "../models/run-options.ts";
import type { Content, Describe, Describing } from "../openapi/description.ts";

/** The part of a request that comes before its body. No transport's own objects: every runtime fills this in. */
export interface HttpRequest {
  /** Upper case, as sent. */
  readonly method: string;
  /** Percent-encoded, as sent, without the query: `/models/iris/predict`. */
  readonly path: string;
  /** What follows the `?`, without it; `""` where there is none. */
  readonly query: string;
  readonly headers: HeaderReader;
  /** The client's own `X-Request-Id`, where it is one that can be taken over. */
  readonly requestId?: string | undefined;
  /** Models that the client's key is for; undefined where it may ask all. For routes whose model is named in the body. */
  readonly allowedModels?: ReadonlySet<string> | undefined;
}

export interface HeaderReader {
  /** The header's value, by lower-case name. */
  get(name: string): string | null | undefined;
}

/**
 * Status and headers of an answer. Heads are made once and shared by many answers, so that a transport
 * can keep its own serialised form of each.
 */
export interface Head {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly head: Head;
  /** Text is sent as UTF-8, bytes as they are: nobody may write to them any more. */
  readonly body: string | Uint8Array;
  /** Of an error. */
  readonly code?: ErrorCode;
  /** What was answered with, for logs. */
  readonly error?: SetosaError;
  /** Sent as `X-Request-Id`; a client's own is sent back without it. */
  readonly requestId?: string;
}

/** An answer now where it can be computed inline, else later. */
export type Answered = Answer | Promise<Answer>;

/** One path and what it does. Handlers throw SetosaError (or reject with one) instead of answering errors. */
export interface Route {
  /** Exact and decoded: `/models/iris/predict`. */
  readonly path: string;
  readonly summary: string;
  /** Whose it is: `predict`, `admin` … */
  readonly protocol: string;
  /** The name of the model that it is about; undefined where the default model answers, or none. */
  readonly model?: string;
  readonly version?: string;
  /** Predicts outside of this thread: the server says how long, for how important a request, and for whom. */
  readonly later: boolean;
  /** Also answers HEAD. */
  readonly get?: (request: HttpRequest, options?: RunOptions) => Answered;
  /** Answers GET in pieces, in place of `get`. */
  readonly stream?: StreamHandler;
  readonly post?: PostHandler;
  readonly delete?: (request: HttpRequest) => Answered;
  /** What clients may know of it, for `/openapi.json`. */
  readonly describe: Describe;
}

/** What a protocol adds to the server. */
export interface Protocol {
  /** As they are now: models come and go. */
  readonly routes: readonly Route[];
  /** The route of a path that cannot be told in advance. */
  resolve?(path: string): Route | undefined;
  /** For `/openapi.json`: of the routes that only `resolve` finds, one for each that is to be described. */
  readonly resolvable?: readonly Route[];
  /** Why a path that looks like one of the protocol's is none, such as a model that is not loaded. */
  explain?(path: string): SetosaError | undefined;
  readonly errors?: ErrorForm;
  /** Paths that need no API key: who asks whether the server is up has none. */
  readonly open?: readonly string[];
}

/** How a protocol's clients are told of errors, whoever found them: a handler, the router, the gate of keys, the transport. */
export interface ErrorForm {
  /** @param path As the client sent it */
  claims(path: string): boolean;
  /** @param answer As Setosa's own clients would get it; its code, error, status and headers stay unless the protocol says otherwise */
  write(error: SetosaError, answer: Answer): Answer;
  /** What `write` writes. */
  describe(using: Describing): Content;
}

/** A body in pieces, as they come. The client is held up while it is ahead of who reads. */
export interface BodyStream {
  /**
   * The next bytes, which nobody overwrites; undefined behind the last.
   * @throws SetosaError (or rejects with one) what is told in `broken`
   */
  read(): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /** Why there will be no more of it: it is too large or too slow, it is no body, its client has gone. */
  readonly broken: SetosaError | undefined;
  /** Whether all of it has come, read or not. */
  readonly ended: boolean;
  /** Bytes that have come. */
  readonly length: number;
}

/** An answer in pieces. */
export interface AnswerStream {
  /**
   * Sends the head; from then on a failure can only break the answer off.
   * @param requestId Sent as `X-Request-Id`; a client's own is sent back without it
   */
  begin(head: Head, requestId?: string): void;
  readonly begun: boolean;
  /** Bytes that were written. */
  readonly written: number;
  /**
   * Sends a piece of the body; not more than some hundred kilobytes, so that others have their turns.
   * @returns a promise to wait for where the client is behind
   * @throws SetosaError (or rejects with one) where the client has gone, or does not read
   */
  write(piece: string | Uint8Array): Promise<void> | undefined;
}

/**
 * Reads a body as it comes, and answers as it goes. Either it has begun the answer, and is done with it when its promise resolves, or it
 * resolves with the answer. It must stop when a read or a write is refused, and pick its model before it waits for anything.
 */
export type StreamHandler = (request: HttpRequest, body: BodyStream, answer: AnswerStream) => Promise<Answer>;

export interface PostHandler {
  /**
   * Refuses by throwing, before the body is read: content types, encodings, a model that has too much to do.
   * @returns who takes the body in pieces, where this request's is to be taken so
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: most handlers only check.
  check(request: HttpRequest): StreamHandler | void;
  answer(request: HttpRequest, body: Uint8Array, options?: RunOptions): Answered;
}

export const jsonHead: Head = { status: 200, headers: { "content-type": "application/json" } };
export const textHead: Head = { status: 200, headers: { "content-type": "text/plain; charset=utf-8" } };
