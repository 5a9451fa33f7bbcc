import { SetosaError } from "../errors.ts";
import type { ServedModels } from "../models/served-models.ts";
import { errorAnswer } from "../protocols/error-answer.ts";
import type { Answer, Protocol } from "../protocols/exchange.ts";
import { jsonHead } from "../protocols/exchange.ts";
import { describeLive, describeReady } from "./describe.ts";
import type { WorkersStatus } from "./workers/supervisor.ts";

export interface Readiness {
  readonly draining: boolean;
  /** Whether the models that should answer do. */
  readonly modelsReady: boolean;
  readonly models: ServedModels;
  /** Of all workers; undefined where one process serves. */
  readonly workers?: WorkersStatus | undefined;
}

/** The protocol, and what it says without an answer. */
export interface Health {
  readonly protocol: Protocol;
  isReady(): boolean;
}

/** Whether the server answers, and whether it should be sent requests. */
export function createHealth(readiness: () => Readiness): Health {
  const live: Answer = { head: jsonHead, body: '{"status":"live"}\n' };
  const draining = errorAnswer(
    new SetosaError("SERVER_DRAINING", "The server is shutting down.", { hint: "Send requests to another one." }),
  );
  const ready = (): Answer => {
    const { draining: isDraining, modelsReady, models, workers } = readiness();
    if (isDraining) return draining;
    if (workers !== undefined && workers.serving * 2 < workers.workers) return workersFailing(workers);
    const failed = models.library.failures.map(({ name, version, error }) => ({ name, version, code: error.code }));
    if (modelsReady)
      return {
        head: jsonHead,
        body: `${JSON.stringify({ status: "ready", ...(failed.length > 0 ? { failed } : {}), ...(workers === undefined ? {} : { workers }) })}\n`,
      };
    const names = [...new Set(failed.map(({ name }) => name))].slice(0, 20).join(", ");
    return errorAnswer(
      new SetosaError("MODELS_NOT_READY", names === "" ? "No model is loaded." : `These models could not be loaded: ${names}.`, {
        hint: "GET /models says why. With --ready-when any one model that answers is enough.",
      }),
    );
  };
  const routes = [
    { path: "/health/live", summary: "Is the process up?", protocol: "health", later: false, get: () => live, describe: describeLive },
    { path: "/health/ready", summary: "Are the models ready?", protocol: "health", later: false, get: ready, describe: describeReady },
  ];
  return { protocol: { routes }, isReady: () => ready().error === undefined };
}

/** Half of the workers can answer for the rest; what fewer are sent they would queue. */
function workersFailing({ workers, serving }: WorkersStatus): Answer {
  return errorAnswer(
    new SetosaError("WORKERS_FAILING", `${serving} of ${workers} workers serve: the others have ended, and are being started again.`, {
      hint: "The server's log says why they ended. Send requests to another one meanwhile.",
    }),
  );
}
