import type { Parameter } from "./description.ts";

/** Of routes whose model is asked in another thread, where requests may wait. */
export const waitingParameters: readonly Parameter[] = [
  {
    name: "X-Request-Timeout-Ms",
    in: "header",
    description: "Milliseconds after which nobody waits for the answer any more. It shortens the server's deadline.",
    schema: { type: "integer", minimum: 1 },
  },
  {
    name: "X-Request-Priority",
    in: "header",
    description: "Who is served first while requests wait.",
    schema: { type: "string", enum: ["high", "normal", "low"] },
  },
];
