import type { ServedModels } from "../models/served-models.ts";
import { predictProtocol } from "../protocols/predict/routes.ts";
import { createApplication } from "./application.ts";
import { healthRoutes } from "./health.ts";
import { indexRoute } from "./index-route.ts";
import type { Limits } from "./limits.ts";
import type { ServerMetrics } from "./metrics/server-metrics.ts";
import { type BoundRoute, createRouter } from "./router.ts";
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
  readonly report: (error: unknown) => void;
  /** Absent where nothing is counted, which then costs nothing. */
  readonly metrics?: ServerMetrics | undefined;
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
export async function serve({ models, modelsReady, limits, host, port, shared, report, metrics }: ServeOptions): Promise<Server> {
  let draining = false;
  const requests = metrics?.requests;
  const served = requests?.models(models) ?? models;
  const protocols = [
    predictProtocol(served, limits),
    healthRoutes(() => ({ draining, modelsReady: modelsReady(), models })),
    ...(metrics?.isPublic === true ? [metrics.protocol] : []),
  ];
  const router = () => {
    const routes = createRouter(protocols, indexRoute);
    return requests?.router(routes) ?? routes;
  };
  let current = router();
  models.onChange(() => {
    current = router();
  });
  const waitingRoom = createWaitingRoom({ places: limits.queue, deadline: limits.deadlineMilliseconds, timer: startTimer });
  const around = requests && ((route: BoundRoute, receive: Receive) => requests.receive(route, receive));
  const application = createApplication({ limits, router: () => current, waitingRoom, around, report });
  const listen = await transport();
  const listener = await listen(requests?.application(application) ?? application, { host, port, shared });
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

async function transport(): Promise<Listen> {
  if (currentRuntime === "bun") return (await import("./transports/bun.ts")).listenBun;
  return (await import("./transports/node.ts")).listenNode;
}

export function startTimer(milliseconds: number, callback: () => void): () => void {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
}
