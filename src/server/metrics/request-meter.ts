import type { Model } from "../../models/model.ts";
import type { ServedModels } from "../../models/served-models.ts";
import type { Answer, Answered } from "../../protocols/exchange.ts";
import { ModelMeter } from "../../telemetry/metrics/model-meter.ts";
import { PhaseSample, Sampler } from "../../telemetry/metrics/phases.ts";
import type { Registry } from "../../telemetry/metrics/registry.ts";
import { Rejects } from "../../telemetry/metrics/rejects.ts";
import type { BoundRoute, Router } from "../router.ts";
import { type Application, type Client, isStream, type Receive, type StreamReceive } from "../transport.ts";
import { watchedModels, watchedRouter } from "../watched-parts.ts";

export interface RequestMeterOptions {
  readonly registry: Registry;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
}

/**
 * Counts and times what an application answers. It stands around the parts that know something: the router the protocol, the
 * models which of them was picked, the application the answer. All three are asked within one turn of the event loop, so that
 * what they say belongs to one request, and nothing is passed along or allocated for it.
 */
export class RequestMeter {
  readonly #registry: Registry;
  readonly #now: () => number;
  readonly #sampler: Sampler;
  readonly #rejects: Rejects;
  #meters = new Map<Model, ModelMeter>();

  /** Of the request whose turn it is. */
  #handling = false;
  #client: Client | undefined;
  #route: BoundRoute | undefined;
  #model: ModelMeter | undefined;
  #sample: PhaseSample | undefined;
  #endSample: (() => void) | undefined;
  /** Most requests are for the model of the request before. */
  #lastModel: Model | undefined;
  #lastMeter: ModelMeter | undefined;

  constructor({ registry, now, random }: RequestMeterOptions) {
    this.#registry = registry;
    this.#now = now;
    this.#sampler = new Sampler(random);
    this.#rejects = new Rejects(registry);
    registry.onCollect(() => this.collectRows());
  }

  /** Brings the counts of predicted rows up to now. */
  collectRows(): void {
    for (const meter of this.#meters.values()) meter.collectRows();
  }

  /** The same models, with an eye on which one is picked. */
  models(models: ServedModels): ServedModels {
    this.#loaded(models);
    models.onChange(() => this.#loaded(models));
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

  /** The same reader of bodies, which is counted. */
  receive(route: BoundRoute, receive: Receive): Receive {
    return (request, body, client = { startedAt: this.#now() }) => {
      this.#start(client);
      return this.#finish(route, receive(request, body, client), client);
    };
  }

  /** The same for a body in pieces: its request ends with its answer's last piece. */
  receiveStream(route: BoundRoute, receive: StreamReceive): StreamReceive {
    return {
      stream: async (request, body, answer, client = { startedAt: this.#now() }) => {
        this.#start(client);
        return this.#finish(route, receive.stream(request, body, answer, client), client);
      },
    };
  }

  application(application: Application): Application {
    return {
      ...application,
      begin: (request, client = { startedAt: 0 }) => {
        client.startedAt = this.#now();
        this.#route = undefined;
        this.#start(client);
        const begun = application.begin(request, client);
        if (typeof begun !== "function" && !isStream(begun)) return this.#finish(this.#route, begun, client);
        this.#handling = false;
        return begun;
      },
      fault: (fault, refused) => {
        const answer = application.fault(fault, refused);
        this.#rejects.rejected(fault === "stream-too-large" ? "body-too-large" : fault);
        // A connection is no request.
        if (fault !== "too-many-connections") this.#countOther(undefined, answer);
        return answer;
      },
      invalid: (error, answer, client) => {
        application.invalid?.(error, answer, client);
        this.#rejects.rejected(error.code === "HEADERS_TOO_LARGE" ? "headers-too-large" : "request-invalid");
        this.#countOther(undefined, answer);
      },
    };
  }

  #start(client: Client): void {
    this.#client = client;
    this.#model = undefined;
    this.#handling = true;
  }

  #picked(model: Model): void {
    let meter = this.#lastMeter;
    if (meter === undefined || model !== this.#lastModel) {
      meter = this.#meters.get(model) ?? new ModelMeter(this.#registry, model);
      this.#lastModel = model;
      this.#lastMeter = meter;
    }
    this.#model = meter;
    const startedAt = this.#client?.startedAt ?? 0;
    if (meter.timesAll || this.#sampler.next(startedAt)) this.#observe(model, startedAt);
  }

  #observe(model: Model, startedAt: number): void {
    const sample = new PhaseSample(this.#now, startedAt, this.#now());
    this.#endSample?.();
    this.#sample = sample;
    this.#endSample = model.observe(sample);
  }

  #finish(route: BoundRoute | undefined, answered: Answered, client: Client): Answered {
    this.#handling = false;
    const model = this.#model;
    const sample = this.#sample;
    const endSample = this.#endSample;
    if (sample !== undefined) {
      this.#endSample = undefined;
      this.#sample = undefined;
    }
    if (answered instanceof Promise) {
      const { startedAt } = client;
      // A large request takes turns with others: it has not come to its prediction, and hears of theirs until then.
      const isLarge = sample !== undefined && model?.timesAll === false;
      if (isLarge) sample.expectMany();
      // Elsewhere who observes has been looked up by now, even where the answer comes later.
      else endSample?.();
      return answered.then((answer) => {
        if (isLarge) endSample?.();
        this.#count(route, model, sample, answer, startedAt);
        return answer;
      });
    }
    endSample?.();
    this.#count(route, model, sample, answered, client.startedAt);
    return answered;
  }

  #count(route: BoundRoute | undefined, model: ModelMeter | undefined, sample: PhaseSample | undefined, answer: Answer, startedAt: number) {
    const { code, head } = answer;
    if (model === undefined || route === undefined) {
      this.#countOther(route, answer);
      // A health check is no work.
      if (code !== undefined && route?.protocol !== "health") this.#rejects.answered(code);
      return;
    }
    const now = this.#now();
    const requests = model.requests(route.protocol);
    if (code === undefined && head.status === 200) requests.answered((now - startedAt) / 1000);
    else {
      requests.answeredOther(code, head.status, (now - startedAt) / 1000);
      if (code !== undefined) this.#rejects.answered(code);
    }
    if (sample !== undefined) model.phases.observe(sample, now);
  }

  /** Reached no model. A route that only tells about one is not one of its predictions. */
  #countOther(route: BoundRoute | undefined, { code, head }: Answer): void {
    const labels = { protocol: route?.protocol ?? "", model: route?.post === undefined ? "" : (route.model ?? ""), version: "" };
    this.#registry.counter("setosa_requests_total", { ...labels, code: code ?? "ok", status: String(head.status) }).increment();
  }

  /** Series from the start: Prometheus takes the first value that it sees for the beginning, and not for news. */
  #loaded({ library }: ServedModels): void {
    const meters = new Map<Model, ModelMeter>();
    this.collectRows();
    this.#registry.loaded(library.list.map(({ name, version }) => ({ model: name, version })));
    for (const model of library.list) {
      const known = this.#meters.get(model);
      const meter = known ?? new ModelMeter(this.#registry, model);
      meter.requests("predict");
      if (known === undefined) meter.watchRuns();
      meters.set(model, meter);
    }
    this.#meters = meters;
    this.#lastModel = undefined;
    this.#lastMeter = undefined;
  }
}
