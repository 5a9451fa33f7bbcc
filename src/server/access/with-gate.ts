import { type Application, isStream } from "../transport.ts";
import type { Gate } from "./gate.ts";

/**
 * Lets in only what the gate admits, before routes are looked up: which models there are is not for everybody.
 * @param modelOf The model that answers at a path, by the path as sent; undefined where none does
 */
export function withGate(application: Application, gate: Gate, modelOf: (path: string) => string | undefined): Application {
  return {
    ...application,
    begin: (request, client) => {
      const { refusal, models } = gate.admit(request);
      if (refusal !== undefined) return refusal;
      if (models === undefined) return application.begin(request, client);
      const model = modelOf(request.path);
      if (model !== undefined && !models.has(model)) return gate.forbidden(model);
      const limited = { ...request, allowedModels: models };
      const begun = application.begin(limited, client);
      if (typeof begun === "function") return (_, body, sender) => begun(limited, body, sender);
      return isStream(begun) ? { stream: (_, body, answer, sender) => begun.stream(limited, body, answer, sender) } : begun;
    },
  };
}
