import type { ServedModels } from "../models/served-models.ts";
import { predictProtocol } from "../protocols/predict/routes.ts";
import { createApplication } from "./application.ts";
import { healthRoutes } from "./health.ts";
import { indexRoute } from "./index-route.ts";
import type { Limits } from "./limits.ts";
import { createRouter } from "./router.ts";
import { guard, type Security } from "./security.ts";
import type { Listen, Runtime } from "./transport.ts";
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
  readonly security: Security;
  /** Processes that share the port, this one among them. */
  readonly workers: number;
  /** Takes failures that no client may see: a log. */
  readonly report: (error: unknown) => void;
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
export async function serve({ models, modelsReady, limits, host, port, shared, security, workers, report }: ServeOptions): Promise<Server> {
  let draining = false;
  const health = healthRoutes(() => ({ draining, modelsReady: modelsReady(), models }));
  const protocols = [predictProtocol(models, limits), health];
  const router = () => createRouter(protocols, indexRoute);
  let current = router();
  models.onChange(() => {
    current = router();
  });
  const application = createApplication({
    limits,
    router: () => current,
    waitingRoom: createWaitingRoom({ places: limits.queue, deadline: limits.deadlineMilliseconds, timer: startTimer }),
    report,
  });
  const listen = await transport();
  const guarded = guard(application, {
    security,
    // Those who ask for them have no key: load balancers, and the kubelet.
    open: health.routes.map(({ path }) => path),
    admin: false,
    share: workers,
    modelOf: (path) => {
      const route = current.lookUp(path);
      // A route that predicts and names no model asks the default one.
      return route?.model ?? (route?.post === undefined ? undefined : models.library.default?.name);
    },
  });
  const listener = await listen(guarded, { host, port, shared, tls: security.tls });
  return {
    port: listener.port,
    drain: () => {
      draining = true;
      return listener.drain();
    },
    destroy: () => listener.destroy(),
  };
}

export async function transport(): Promise<Listen> {
  if (currentRuntime === "bun") return (await import("./transports/bun.ts")).listenBun;
  return (await import("./transports/node.ts")).listenNode;
}

export function startTimer(milliseconds: number, callback: () => void): () => void {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
}
