import type { ServedModels } from "../models/served-models.ts";
import { predictProtocol } from "../protocols/predict/routes.ts";
import { createApplication } from "./application.ts";
import { healthRoutes } from "./health.ts";
import { indexRoute } from "./index-route.ts";
import type { Limits } from "./limits.ts";
import { createRouter } from "./router.ts";
import type { Listen, Runtime } from "./transport.ts";
import { createWaitingRoom } from "./waiting-room.ts";
import type { WorkersStatus } from "./workers/supervisor.ts";

export interface ServeOptions {
  readonly models: ServedModels;
  /** Whether the models that should answer do: for `/health/ready`. */
  readonly modelsReady: () => boolean;
  /** What the supervisor said of all workers; undefined where there is none. */
  readonly workers: () => WorkersStatus | undefined;
  readonly limits: Limits;
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Several processes share the port. */
  readonly shared: boolean;
  /** Takes failures that no client may see: a log. */
  readonly report: (error: unknown) => void;
}

export interface Server {
  /** The port that it really listens on. */
  readonly port: number;
  /**
   * Is not ready any more, and after the delay that the limits say accepts no more, lets requests under way finish, and resolves when
   * every connection is closed.
   */
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
export async function serve({ models, modelsReady, workers, limits, host, port, shared, report }: ServeOptions): Promise<Server> {
  let draining = false;
  const protocols = [
    predictProtocol(models, limits),
    healthRoutes(() => ({ draining, modelsReady: modelsReady(), models, workers: workers() })),
  ];
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
  const listener = await listen(application, { host, port, shared });
  return {
    port: listener.port,
    drain: async () => {
      draining = true;
      if (limits.drainDelayMilliseconds > 0) {
        listener.retire();
        await new Promise<void>((resolve) => startTimer(limits.drainDelayMilliseconds, resolve));
      }
      await listener.drain();
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
