import type { ServedModels } from "../models/served-models.ts";
import { predictProtocol } from "../protocols/predict/routes.ts";
import { createApplication } from "./application.ts";
import { healthRoutes } from "./health.ts";
import { indexRoute } from "./index-route.ts";
import type { Limits } from "./limits.ts";
import type { RequestMeter } from "./metrics/request-meter.ts";
import type { ServerMetrics } from "./metrics/server-metrics.ts";
import { type BoundRoute, createRouter } from "./router.ts";
import type { RequestRecorder } from "./telemetry/request-recorder.ts";
import type { Listen, Receive, Runtime } from "./transport.ts";
import { createWaitingRoom } from "./waiting-room.ts";

export interface ServeOptions {
  readonly models: ServedModels;
  /** Whether the models that should answer do: for `/health/ready`. */
  readonly modelsReady: () => boolean;
  readonly limits: Limits;
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Several processes share the port. */
  readonly shared: boolean;
  /** Takes failures that no client may see: a log. */
  readonly report: (error: unknown, requestId?: string) => void;
  /** Makes an `X-Request-Id`. */
  readonly newRequestId?: (() => string) | undefined;
  /** Absent where nothing is counted, which then costs nothing. */
  readonly metrics?: ServerMetrics | undefined;
  /** Absent where no request is told of, which then costs nothing. */
  readonly recorder?: RequestRecorder | undefined;
}

export interface Server {
  /** The port that it really listens on. */
  readonly port: number;
  /** Accepts no more, lets requests under way finish, and resolves when every connection is closed. */
  drain(): Promise<void>;
  /** Closes every connection now. */
  destroy(): void;
}

/** The runtime of this process. */
export const currentRuntime: Runtime = process.versions.bun === undefined ? "node" : "bun";

/**
 * Serves a library's models over HTTP on the runtime of this process: puts protocols, limits and transport together.
 * @throws SetosaError PORT_IN_USE, ARGUMENT_INVALID
 */
export async function serve({ models, modelsReady, limits, host, port, shared, metrics, ...options }: ServeOptions): Promise<Server> {
  let draining = false;
  const watchers = requestWatchers(metrics?.requests, options.recorder);
  const served = watchers.reduce((inner, watcher) => watcher.models(inner), models);
  const protocols = [
    predictProtocol(served, limits),
    healthRoutes(() => ({ draining, modelsReady: modelsReady(), models })),
    ...(metrics?.isPublic === true ? [metrics.protocol] : []),
  ];
  const router = () => {
    return watchers.reduce((inner, watcher) => watcher.router(inner), createRouter(protocols, indexRoute));
  };
  let current = router();
  models.onChange(() => {
    current = router();
  });
  const waitingRoom = createWaitingRoom({ places: limits.queue, deadline: limits.deadlineMilliseconds, timer: startTimer });
  const around = (route: BoundRoute, receive: Receive) => watchers.reduce((inner, watcher) => watcher.receive(route, inner), receive);
  const { report, newRequestId } = options;
  const application = createApplication({ limits, router: () => current, waitingRoom, around, report, newRequestId });
  const listen = await transport();
  const listener = await listen(
    watchers.reduce((inner, watcher) => watcher.application(inner), application),
    { host, port, shared },
  );
  metrics?.watch({ models, connections: () => listener.connections(), waitingRoom, limits });
  return {
    port: listener.port,
    drain: () => {
      draining = true;
      return listener.drain();
    },
    destroy: () => listener.destroy(),
  };
}

/** Those who stand around the parts that know something of a request, the inner one first. */
function requestWatchers(
  meter: RequestMeter | undefined,
  recorder: RequestRecorder | undefined,
): readonly (RequestMeter | RequestRecorder)[] {
  return [...(meter === undefined ? [] : [meter]), ...(recorder === undefined ? [] : [recorder])];
}

async function transport(): Promise<Listen> {
  if (currentRuntime === "bun") return (await import("./transports/bun.ts")).listenBun;
  return (await import("./transports/node.ts")).listenNode;
}

export function startTimer(milliseconds: number, callback: () => void): () => void {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
}
