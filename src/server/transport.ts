import { SetosaError } from "../errors.ts";
import type { Answer, Answered, AnswerStream, BodyStream, HttpRequest } from "../protocols/exchange.ts";
import type { Limits } from "./limits.ts";
import type { LiveTls } from "./tls/tls-material.ts";
import type { WireServer } from "./wire-server.ts";

/** Whoever waits for an answer. */
export interface Client {
  /** When the head of its request had arrived, in milliseconds; set by who takes the time, and left alone by others. */
  startedAt: number;
  /** Of the network; undefined where it has none, or has gone. */
  readonly address?: string | undefined;
  /** Called when it waits no longer: its connection was closed, or its half of it. Set while somebody wants to know. */
  gone?: (() => void) | undefined;
}

/** What is known of a request that a transport refuses itself. */
export interface RefusedRequest {
  readonly request: HttpRequest;
  readonly client: Client;
  /** Bytes of its body, so far. */
  readonly bytes: number;
}

/** Reads a request's whole body and answers; never throws or rejects. */
export type Receive = (request: HttpRequest, body: Uint8Array, client?: Client) => Answered;

/** Reads a request's body in pieces and answers in pieces; never throws or rejects. */
export interface StreamReceive {
  /** @returns the answer, to be sent where none was begun; one with an error breaks off what was begun */
  readonly stream: (request: HttpRequest, body: BodyStream, answer: AnswerStream, client?: Client) => Promise<Answer>;
}

/** What is decided on a head: an answer, or who takes the body, whole or in pieces. */
export type Begun = Answered | Receive | StreamReceive;

export function isStream(begun: Answered | StreamReceive): begun is StreamReceive {
  return "stream" in begun;
}

/** Of what takes whole bodies only. */
export function notInPieces(begun: Begun): Answered | Receive {
  if (typeof begun !== "function" && isStream(begun)) throw new SetosaError("INTERNAL", "The body is taken in pieces.");
  return begun;
}

/** Trouble with a request that only the transport sees. */
export type TransportFault = "body-too-large" | "stream-too-large" | "body-too-slow" | "too-many-connections";

/** What a transport serves. None of its functions throws or rejects. */
export interface Application {
  readonly limits: Limits;
  /** Decides on the head alone. */
  begin(request: HttpRequest, client?: Client): Begun;
  /**
   * The answer to a fault. Only where its head says so does it end the connection: a client that is still
   * sending would be cut off before it reads why. What is left of a refused body is read and thrown away.
   */
  fault(fault: TransportFault, refused?: RefusedRequest): Answer;
  /** Hears of bytes that are no request, and what they were answered. */
  invalid?(error: SetosaError, answer: Answer, client?: Client): void;
  /** A new `X-Request-Id`, for an error of a client that sent none. */
  requestId?(): string;
  /** Called when a handler fails in a way that is not an answer: a defect. */
  report(error: unknown): void;
}

export interface ListenOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Several processes share the port (SO_REUSEPORT). */
  readonly shared: boolean;
  /** A Unix socket to listen on instead of host and port: nobody but this user may connect. */
  readonly path?: string | undefined;
  /** Speaks TLS. */
  readonly tls?: LiveTls | undefined;
  /** What is spoken instead of HTTP/1.1. */
  readonly speaks?: ((application: Application) => WireServer) | undefined;
}

/** Of a listener, since it began. */
export interface ConnectionCounts {
  readonly open: number;
  readonly accepted: number;
  readonly rejected: number;
}

export interface Listener {
  /** 0 on a Unix socket. */
  readonly port: number;
  /** Accepts and answers as before, but each answer ends its connection: clients move on before the port closes. */
  retire(): void;
  connections(): ConnectionCounts;
  /** Accepts no more, lets requests under way finish, and resolves when every connection is closed. */
  drain(): Promise<void>;
  /** Closes every connection now. */
  destroy(): void;
}

/**
 * Serves HTTP/1.1 on one runtime.
 * @throws SetosaError PORT_IN_USE, ARGUMENT_INVALID (a host that cannot be listened on)
 */
export type Listen = (application: Application, options: ListenOptions) => Promise<Listener>;

export const runtimes = ["bun", "node"] as const;
export type Runtime = (typeof runtimes)[number];
