import type { Answers } from "../../models/answers.ts";
import type { Model } from "../../models/model.ts";
import type { PredictionObserver, PredictionTiming } from "../../models/observer.ts";
import type { RowSource } from "../../models/row-source.ts";
import type { ServedModels } from "../../models/served-models.ts";
import type { Answer, Answered, AnswerStream, HttpRequest } from "../../protocols/exchange.ts";
import type { RequestLog } from "../../telemetry/logs/request-log.ts";
import type { RequestPhases, RequestRecord } from "../../telemetry/request-record.ts";
import type { TracedRequest } from "../../telemetry/traces/request-spans.ts";
import type { Tracer } from "../../telemetry/traces/tracer.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { lengthOf } from "../http1/answer-text.ts";
import type { BoundRoute, Router } from "../router.ts";
import { type Application, type Client, isStream, type Receive, type StreamReceive } from "../transport.ts";
import { watchedModels, watchedRouter } from "../watched-parts.ts";
import type { PayloadCapture } from "./payload-capture.ts";
import { shownMethod, shownPath } from "./shown-request.ts";

export interface RequestRecorderOptions {
  readonly log: RequestLog | undefined;
  readonly tracer: Tracer | undefined;
  readonly capture: PayloadCapture | undefined;
  /** Whether queries and paths that are none of ours may be told. */
  readonly values: boolean;
  readonly newRequestId: () => string;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/**
 * Tells logs, traces and captures of requests. It stands around the parts that know something, as the meter of requests does: the
 * router the path, the models which of them was picked, the application the answer, all within one turn of the event loop.
 */
export class RequestRecorder {
  readonly #options: RequestRecorderOptions;
  /** Of the request whose turn it is. */
  #handling = false;
  #request: HttpRequest | undefined;
  #bytesIn = 0;
  #client: Client = nobody;
  #route: BoundRoute | undefined;
  /** Absent while nobody wants to hear of the request. */
  #turn: Turn | undefined;
  #endObserving: (() => void) | undefined;

  constructor(options: RequestRecorderOptions) {
    this.#options = options;
  }

  /** The same models, with an eye on which one is picked. */
  models(models: ServedModels): ServedModels {
    return watchedModels(models, (model) => {
      if (this.#handling) this.#picked(model);
    });
  }

  /** The same routes, with an eye on which one is taken. */
  router(router: Router): Router {
    return watchedRouter(router, (route) => {
      this.#route = route;
    });
  }

  /** The same reader of bodies, which is told of. */
  receive(route: BoundRoute, receive: Receive): Receive {
    return (request, body, client = { startedAt: this.#options.now() }) => {
      this.#route = route;
      this.#start(request, body.length, client);
      return this.#finish(receive(request, body, client));
    };
  }

  /** The same for a body in pieces: its request ends with its answer's last piece. */
  receiveStream(route: BoundRoute, receive: StreamReceive): StreamReceive {
    // What goes on for as long as somebody listens would be told of as a slow request.
    if (route.stream !== undefined) return receive;
    return {
      stream: async (request, body, answer, client = { startedAt: this.#options.now() }) => {
        this.#route = route;
        // However long it will be, it is no small one.
        this.#start(request, Number.POSITIVE_INFINITY, client);
        const turn = this.#turn;
        const requestId = turn === undefined ? undefined : (request.requestId ?? this.#options.newRequestId());
        if (turn !== undefined) turn.requestId = requestId;
        const answered = receive.stream(request, body, requestId === undefined ? answer : withRequestId(answer, requestId), client);
        return this.#finish(
          answered.then((given) => {
            if (turn !== undefined) turn.bytesIn = body.length;
            if (turn !== undefined && answer.begun) turn.bytesOut = answer.written;
            return given;
          }),
        );
      },
    };
  }

  application(application: Application): Application {
    const { now } = this.#options;
    return {
      ...application,
      begin: (request, client = { startedAt: 0 }) => {
        client.startedAt = now();
        this.#route = undefined;
        this.#start(request, 0, client);
        const begun = application.begin(request, client);
        if (typeof begun !== "function" && !isStream(begun)) return this.#finish(begun);
        // It is told of when its body is there.
        this.#handling = false;
        return begun;
      },
      fault: (fault, refused) => {
        const answer = application.fault(fault, refused);
        if (refused === undefined) return answer;
        this.#route = undefined;
        this.#start(refused.request, refused.bytes, refused.client);
        return this.#finish(answer) as Answer;
      },
      invalid: (error, answer, client) => {
        application.invalid?.(error, answer, client);
        const { log } = this.#options;
        if (log?.wants(0, true) !== true) return;
        const time = now();
        const turn = new Turn(now, unreadable, 0, { startedAt: time, address: client?.address }, time);
        log.add(this.#record(turn, undefined, answer, answer.requestId ?? "", time));
      },
    };
  }

  #start(request: HttpRequest, bytesIn: number, client: Client): void {
    const { log, tracer } = this.#options;
    this.#request = request;
    this.#bytesIn = bytesIn;
    this.#client = client;
    this.#handling = true;
    const traced = tracer?.begin(request.headers);
    if (log === undefined && traced === undefined) {
      this.#turn = undefined;
      return;
    }
    this.#turn = this.#newTurn(request, traced);
  }

  #newTurn(request: HttpRequest, traced?: TracedRequest): Turn {
    const { log, now } = this.#options;
    // A look at the clock costs as much as a small model: an access log alone has no use for this one.
    const receivedAt = traced === undefined && log?.takesPhases !== true ? this.#client.startedAt : now();
    const turn = new Turn(now, request, this.#bytesIn, this.#client, receivedAt);
    turn.traced = traced;
    return turn;
  }

  #picked(model: Model): void {
    const { log, capture, newRequestId } = this.#options;
    const request = this.#request;
    if (capture?.next() === true && request !== undefined) {
      this.#turn ??= this.#newTurn(request);
      this.#turn.capture = capture;
      this.#turn.requestId = request.requestId ?? newRequestId();
    }
    const turn = this.#turn;
    if (turn === undefined) return;
    turn.model = model;
    if (turn.capture === undefined && turn.traced === undefined && !(log?.takesPhases === true && canBeSlow(model, turn.bytesIn))) return;
    this.#endObserving?.();
    this.#endObserving = model.observe(turn);
  }

  #finish(answered: Answered): Answered {
    this.#handling = false;
    // Who observes has been looked up by now, even where the answer comes later.
    this.#endObserving?.();
    this.#endObserving = undefined;
    const turn = this.#turn;
    this.#turn = undefined;
    if (turn === undefined) return answered;
    const route = this.#route;
    if (answered instanceof Promise) return answered.then((answer) => this.#end(turn, route, answer));
    return this.#end(turn, route, answered);
  }

  #end(turn: Turn, route: BoundRoute | undefined, answer: Answer): Answer {
    const { log, tracer, now, newRequestId } = this.#options;
    const { traced, request } = turn;
    const endedAt = now();
    const logged = log?.wants(endedAt - turn.startedAt, answer.error !== undefined) === true;
    const requestId =
      answer.requestId ?? turn.requestId ?? request.requestId ?? (logged || traced !== undefined ? newRequestId() : undefined);
    if (requestId === undefined) return answer;
    if (logged || traced !== undefined) {
      const record = this.#record(turn, route, answer, requestId, endedAt);
      if (logged) log?.add(record);
      if (traced !== undefined) tracer?.end(record, traced);
    }
    return requestId === answer.requestId || requestId === request.requestId ? answer : { ...answer, requestId };
  }

  #record(turn: Turn, route: BoundRoute | undefined, answer: Answer, requestId: string, endedAt: number): RequestRecord {
    const { request, startedAt, bytesIn, model, traced, client } = turn;
    return {
      method: shownMethod(request.method),
      route: route?.path,
      path: shownPath(request, route?.path, this.#options.values),
      status: answer.head.status,
      error: answer.error,
      startedAt,
      receivedAt: turn.receivedAt,
      endedAt,
      bytesIn,
      bytesOut: turn.bytesOut ?? (request.method === "HEAD" ? 0 : lengthOf(answer.body)),
      model: model?.name,
      version: model?.version,
      engine: model?.engine.kind,
      requestId,
      traceId: traced?.traceId,
      remote: client.address,
      phases: turn.phases,
    };
  }
}

/** Bodies that a compiled model answers far below a millisecond: if such a request is slow, it is not for one of its phases. */
const quickBytes = 4096;

function canBeSlow({ engine }: Model, bytesIn: number): boolean {
  return engine.kind !== "compiled" || bytesIn > quickBytes;
}

/** The same answer in pieces, with an `X-Request-Id`. */
function withRequestId(stream: AnswerStream, requestId: string): AnswerStream {
  return {
    begin: (head) => stream.begin(head, requestId),
    get begun() {
      return stream.begun;
    },
    get written() {
      return stream.written;
    },
    write: (piece) => stream.write(piece),
  };
}

const nobody: Client = { startedAt: 0 };
/** Bytes that were no request. */
const unreadable: HttpRequest = { method: "", path: "", query: "", headers: { get: () => undefined } };

/** A request that somebody wants to hear of; it observes its own prediction. */
class Turn implements PredictionObserver {
  readonly #now: () => number;
  readonly request: HttpRequest;
  readonly startedAt: number;
  bytesIn: number;
  /** Where it is not the length of the answer's body. */
  bytesOut: number | undefined;
  readonly client: Client;
  readonly receivedAt: number;
  traced: TracedRequest | undefined;
  capture: PayloadCapture | undefined;
  requestId: string | undefined;
  model: Model | undefined;
  phases: RequestPhases | undefined;

  constructor(now: () => number, request: HttpRequest, bytesIn: number, client: Client, receivedAt: number) {
    this.#now = now;
    this.request = request;
    this.startedAt = client.startedAt;
    this.bytesIn = bytesIn;
    this.client = client;
    this.receivedAt = receivedAt;
  }

  answered(rows: RowSource, answers: Answers, { wait, infer }: PredictionTiming): void {
    this.phases = { predictedAt: this.#now(), wait, infer, rows: rows.length };
    if (this.capture !== undefined && this.model !== undefined) this.capture.take(this.model, this.requestId ?? "", rows, answers);
  }

  ran(inputs: readonly Tensor[], outputs: readonly Tensor[], { wait, infer }: PredictionTiming): void {
    this.phases = { predictedAt: this.#now(), wait, infer, rows: inputs[0]?.shape[0] ?? 1 };
    if (this.capture !== undefined && this.model !== undefined) this.capture.takeTensors(this.model, this.requestId ?? "", inputs, outputs);
  }
}
