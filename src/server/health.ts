import { SetosaError } from "../errors.ts";
import { errorAnswer } from "../protocols/error-answer.ts";
import type { Answer, Protocol } from "../protocols/exchange.ts";
import { jsonHead } from "../protocols/exchange.ts";

/** Whether the server answers, and whether it should be sent requests. */
export function healthRoutes(isDraining: () => boolean): Protocol {
  const live: Answer = { head: jsonHead, body: '{"status":"live"}\n' };
  const ready: Answer = { head: jsonHead, body: '{"status":"ready"}\n' };
  // Models are loaded and checked before the server listens: what answers is ready until it drains.
  const draining = errorAnswer(
    new SetosaError("SERVER_DRAINING", "The server is shutting down.", { hint: "Send requests to another one." }),
  );
  return {
    routes: [
      { path: "/health/live", summary: "Is the process up?", later: false, get: () => live },
      { path: "/health/ready", summary: "Are the models ready?", later: false, get: () => (isDraining() ? draining : ready) },
    ],
  };
}
