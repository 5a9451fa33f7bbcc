import type { ModelDescription } from "../models/describe.ts";
import type { ModelTypes } from "../models/model.ts";
import type { Prediction } from "../models/prediction.ts";
import { SetosaClientError } from "./client-error.ts";
import { hostClock } from "./clock.ts";
import { baseAddress, type CallOptions, type ClientOptions, checkedTime, defaults } from "./options.ts";
import { type Sender, send } from "./send.ts";

export type { ModelTypes } from "../models/model.ts";
export { type ClientCode, SetosaClientError } from "./client-error.ts";
export type { ClientClock } from "./clock.ts";
export type { CallOptions, ClientOptions } from "./options.ts";

/** Where nothing is known of the models. */
export type AnyModels = Record<
  string,
  {
    row: Readonly<Record<string, number | string | boolean | null>> | readonly (number | string | boolean | null)[];
    prediction: Prediction;
  }
>;

/** Who answered. */
export interface AnsweredBy {
  readonly model: string;
  readonly version: string;
}

/** A model as `GET /models` lists it: its description, which version answers, or that it is not loaded. */
export type ListedModel = Partial<ModelDescription> & { readonly name: string; readonly [key: string]: unknown };

/**
 * Asks a Setosa server over HTTP. All calls reject with a `SetosaClientError`, or with the reason of a signal that was aborted.
 * @typeParam M The interface `Models` that `setosa types` writes: a row that does not fit is an error of the type checker
 */
export interface SetosaClient<M extends { [Name in keyof M]: ModelTypes }> {
  /** Predicts one row. */
  predict<Name extends keyof M & string>(
    model: Name,
    row: M[Name]["row"],
    options?: CallOptions,
  ): Promise<M[Name]["prediction"] & AnsweredBy>;
  /** Predicts many rows in one request. */
  predictMany<Name extends keyof M & string>(
    model: Name,
    rows: readonly M[Name]["row"][],
    options?: CallOptions,
  ): Promise<AnsweredBy & { readonly predictions: M[Name]["prediction"][] }>;
  /** The models that the server has. */
  models(options?: Omit<CallOptions, "version" | "priority">): Promise<ListedModel[]>;
  /** One model's features, classes and engine. */
  model(name: keyof M & string, options?: Omit<CallOptions, "priority">): Promise<ListedModel>;
}

/**
 * @param address Of the server, such as `http://localhost:8080`; a path in it stays before the server's own
 * @throws SetosaClientError ARGUMENT_INVALID
 */
export function createClient<M extends { [Name in keyof M]: ModelTypes } = AnyModels>(
  address: string | URL,
  options: ClientOptions = {},
): SetosaClient<M> {
  const base = baseAddress(address);
  const { apiKey, clock = hostClock } = options;
  const sender: Sender = {
    // Called as a function of nothing: browsers refuse a fetch that is called as another object's method.
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    clock,
    headers: { ...options.headers, ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }) },
    retries: checkedTime("retries", options.retries ?? defaults.retries),
    retryMilliseconds: checkedTime("retryMilliseconds", options.retryMilliseconds ?? defaults.retryMilliseconds),
    mostRetryMilliseconds: checkedTime("mostRetryMilliseconds", options.mostRetryMilliseconds ?? defaults.mostRetryMilliseconds),
  };
  const usualTimeout = checkedTime("timeoutMilliseconds", options.timeoutMilliseconds ?? defaults.timeoutMilliseconds, 1);

  const ask = async (path: string, body: string | undefined, call: CallOptions = {}): Promise<unknown> => {
    const { timeoutMilliseconds, signal, priority, requestId } = call;
    return send(sender, {
      url: base + path,
      ...(body === undefined ? {} : { body }),
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(priority === undefined ? {} : { "x-request-priority": priority }),
        ...(requestId === undefined ? {} : { "x-request-id": requestId }),
      },
      timeoutMilliseconds: timeoutMilliseconds === undefined ? usualTimeout : checkedTime("timeoutMilliseconds", timeoutMilliseconds, 1),
      signal,
    });
  };

  return {
    predict: async (model, row, call) => (await ask(`${modelPath(model, call)}/predict`, jsonOf(row), call)) as never,
    predictMany: async (model, rows, call) => (await ask(`${modelPath(model, call)}/predict`, jsonOf({ instances: rows }), call)) as never,
    models: async (call) => {
      const { models } = (await ask("models", undefined, call)) as { readonly models?: ListedModel[] };
      if (Array.isArray(models)) return models;
      throw new SetosaClientError("ANSWER_INVALID", "The answer to GET /models has no list of models.", {
        hint: "Check that the address is that of setosa serve.",
      });
    },
    model: async (name, call) => (await ask(modelPath(name, call), undefined, call)) as ListedModel,
  };
}

function modelPath(model: string, { version }: CallOptions = {}): string {
  const name = `models/${encodeURIComponent(model)}`;
  return version === undefined ? name : `${name}/versions/${encodeURIComponent(version)}`;
}

/** JSON has no infinities, and would make missing values of them without a word. NaN is a missing value. */
function jsonOf(body: unknown): string {
  return JSON.stringify(body, (key, value: unknown) => {
    if (value !== Number.POSITIVE_INFINITY && value !== Number.NEGATIVE_INFINITY) return value;
    throw new SetosaClientError("FEATURE_NOT_FINITE", `The value of ${JSON.stringify(key)} is infinite.`, {
      path: key,
      hint: "Send a finite number, or null for a missing value.",
    });
  });
}
