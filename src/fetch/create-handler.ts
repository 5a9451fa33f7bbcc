import { SetosaError } from "../errors.ts";
import { StatisticsBook } from "../models/statistics.ts";
import { errorAnswer } from "../protocols/error-answer.ts";
import type { HttpRequest } from "../protocols/exchange.ts";
import { createProtocols } from "../protocols/registry.ts";
import { defaultSettings } from "../scheduling/settings.ts";
import { createApplication } from "../server/application.ts";
import { withCodings } from "../server/codings.ts";
import { withErrorForms } from "../server/error-forms.ts";
import { createHealth } from "../server/health.ts";
import { indexRoute } from "../server/index-route.ts";
import { createRouter } from "../server/router.ts";
import { createWaitingRoom } from "../server/waiting-room.ts";
import { requestIds } from "../telemetry/logs/request-id.ts";
import { version } from "../version.ts";
import { createAnswering } from "./answering.ts";
import type { Handler, HandlerOptions } from "./handler.ts";
import { host } from "./host.ts";
import { handlerLimits } from "./limits.ts";
import { httpRequest, targetOf } from "./request.ts";
import { responseOf } from "./response.ts";
import { HandlerModels } from "./served.ts";
import { type LoadSource, loadAll, type ModelsOption } from "./sources.ts";
import { webCodings } from "./web-codings.ts";

/** Protocols, limits and models behind a function of the web, put together as the server puts them behind a port. */
export async function makeHandler(options: HandlerOptions, loadSource: LoadSource): Promise<Handler> {
  const limits = handlerLimits(options.limits);
  const base = basePath(options.basePath);
  const scheduling = { settings: defaultSettings, time: { now: host.now, timer: host.timer } };
  const load = (models: ModelsOption) =>
    loadAll(models, { defaultName: options.default, loadSource, parity: options.parity ?? true, scheduling });
  let sources = options.models;
  const models = new HandlerModels(await load(sources));

  let isClosed = false;
  const health = createHealth(() => ({ draining: isClosed, modelsReady: true, models }));
  const context = {
    models,
    limits: { bodyBytes: limits.bodyBytes, jsonDepth: limits.jsonDepth, rows: limits.rows, turns: host.turns() },
    isReady: health.isReady,
    server: { name: "setosa", version },
    statistics: new StatisticsBook({ monotonic: host.now, wall: () => Date.now() }),
  };
  const predictions = createProtocols(context, options.protocols);
  const router = () => createRouter([...predictions, health.protocol], indexRoute);
  let current = router();
  models.onChange(() => {
    current = router();
  });

  const newRequestId = requestIds(Math.random);
  const waitingRoom = createWaitingRoom({ deadline: limits.deadlineMilliseconds, now: host.now, timer: host.timer });
  const report = options.onError ?? host.report;
  const application = createApplication({ limits, router: () => current, waitingRoom, report, newRequestId });
  const forms = predictions.flatMap(({ errors }) => errors ?? []);
  const answering = createAnswering(withErrorForms(withCodings(application, webCodings), forms), newRequestId);

  const answer = (http: HttpRequest, request: Request): Promise<Response> =>
    isClosed ? Promise.resolve(refusal(closed(), http)) : answering(http, request);

  /** Whether there is something at the path, or something to be said of what is not. */
  const isOwn = ({ path }: HttpRequest): boolean => {
    if (base !== "") return true;
    // The root of a site is the site's own.
    if (path === "/") return false;
    try {
      current.find(path);
      return true;
    } catch (error) {
      return !(error instanceof SetosaError) || error.code !== "ROUTE_NOT_FOUND";
    }
  };

  const handler = (request: Request): Promise<Response> => {
    const http = httpRequest(request, base);
    if (http !== undefined) return answer(http, request);
    const whole = httpRequest(request, "") as HttpRequest;
    return Promise.resolve(refusal(outside(targetOf(request.url).path, base), whole));
  };
  return Object.assign(handler, {
    answer: (request: Request) => {
      const http = httpRequest(request, base);
      return http === undefined || !isOwn(http) ? undefined : answer(http, request);
    },
    reload: async (others: ModelsOption = sources) => {
      if (isClosed) throw closed();
      const loaded = await load(others);
      sources = others;
      await models.replace(loaded);
    },
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      await models.close();
    },
  });
}

/** Without a slash at its end; `""` for none. @throws SetosaError ARGUMENT_INVALID */
function basePath(given = ""): string {
  const path = given.replace(/\/+$/, "");
  if (path === "" || /^(\/[^/?#\s]+)+$/.test(path)) return path;
  throw new SetosaError("ARGUMENT_INVALID", `basePath is ${JSON.stringify(given)}.`, {
    path: "basePath",
    hint: 'Write a path that begins with a slash, such as "/ml".',
  });
}

function closed(): SetosaError {
  return new SetosaError("SERVER_DRAINING", "The handler is closed.", { hint: "Send requests to another server." });
}

function outside(path: string, base: string): SetosaError {
  return new SetosaError("ROUTE_NOT_FOUND", `There is no ${path.slice(0, 80)} here.`, { hint: `Everything is under ${base}.` });
}

function refusal(error: SetosaError, { method, requestId }: HttpRequest): Response {
  return responseOf(errorAnswer(error), requestId, method === "HEAD");
}
