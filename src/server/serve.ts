import type { ServedModels } from "../models/served-models.ts";
import type { Answer } from "../protocols/exchange.ts";
import { predictProtocol } from "../protocols/predict/routes.ts";
import { createApplication, overloadedAnswer } from "./application.ts";
import { healthRoutes } from "./health.ts";
import { indexRoute } from "./index-route.ts";
import type { Limits } from "./limits.ts";
import { OverloadGate } from "./overload-gate.ts";
import { createRouter } from "./router.ts";
import type { Listen, Runtime } from "./transport.ts";
import { TurnQueue } from "./turn-queue.ts";
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
export async function serve({ models, modelsReady, limits, host, port, shared, report }: ServeOptions): Promise<Server> {
  let draining = false;
  const turns = new TurnQueue({ now: () => performance.now(), endOfTurn: setImmediate });
  const protocols = [predictProtocol(models, { ...limits, turns }), healthRoutes(() => ({ draining, modelsReady: modelsReady(), models }))];
  const router = () => createRouter(protocols, indexRoute);
  let current = router();
  models.onChange(() => {
    current = router();
  });
  const application = createApplication({
    limits,
    router: () => current,
    waitingRoom: createWaitingRoom({ deadline: limits.deadlineMilliseconds, now: () => performance.now(), timer: startTimer }),
    ...(limits.turnMilliseconds === 0 ? {} : { gate: overloadGate(limits.turnMilliseconds) }),
    report,
  });
  const listen = await transport();
  const listener = await listen(application, { host, port, shared });
  return {
    port: listener.port,
    drain: () => {
      draining = true;
      return listener.drain();
    },
    destroy: () => listener.destroy(),
  };
}

function overloadGate(target: number): OverloadGate<Answer> {
  return new OverloadGate({
    target,
    refusal: overloadedAnswer,
    now: () => performance.now(),
    endOfTurn: setImmediate,
    every: (milliseconds, callback) => setInterval(callback, milliseconds).unref(),
  });
}

async function transport(): Promise<Listen> {
  if (currentRuntime === "bun") return (await import("./transports/bun.ts")).listenBun;
  return (await import("./transports/node.ts")).listenNode;
}

export function startTimer(milliseconds: number, callback: () => void): () => void {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
}
