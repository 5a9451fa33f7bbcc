import { errorContent } from "../../openapi/errors.ts";
import type { ProtocolContext } from "../context.ts";
import { errorAnswer } from "../error-answer.ts";
import { type Answer, jsonHead, type Protocol, type Route } from "../exchange.ts";
import { checkJsonRequest } from "../json-request.ts";
import { checkQueue } from "../queue-check.ts";
import { notReady } from "../readiness.ts";
import { unserved } from "../unserved.ts";
import { describeHealth, describePredict } from "./describe.ts";
import { createPredictors } from "./handlers.ts";

const protocol = "vertex";

/**
 * What Vertex AI asks of a container (https://cloud.google.com/vertex-ai/docs/predictions/custom-container-requirements), at the paths that
 * it names, where it is Vertex AI that runs this one; nothing elsewhere.
 */
export function vertexProtocol({ models, limits, isReady, platform }: ProtocolContext): Protocol {
  if (platform?.name !== "vertex") return { routes: [] };
  const { healthRoute, predictRoute } = platform;
  const own = new Set([healthRoute, predictRoute]);
  const predictorOf = createPredictors(limits);
  const healthy: Answer = { head: jsonHead, body: "{}\n" };
  const health: Route = {
    path: healthRoute,
    summary: "Can the model be asked?",
    protocol,
    later: false,
    get: () => (isReady() ? healthy : errorAnswer(notReady())),
    describe: describeHealth,
  };
  const predict = (): Route[] => {
    const now = models.library.default;
    if (now === undefined) return [];
    return [
      {
        path: predictRoute,
        summary: `Predictions of ${now.name} ${now.version} for Vertex AI.`,
        protocol,
        later: !now.answersInline,
        post: {
          check: (request) => {
            checkJsonRequest(request);
            checkQueue(now, request);
          },
          answer: (_, body, run) => predictorOf(models.pick())(body, run),
        },
        describe: (using) => describePredict(now, using),
      },
    ];
  };
  return {
    get routes() {
      return [health, ...predict()];
    },
    explain: (path) => (path === predictRoute ? unserved(models) : undefined),
    open: [healthRoute],
    // Setosa's own form, also where another protocol has the paths around these: Vertex AI's begin with /v1.
    errors: { claims: (path) => own.has(path.replace(/\/+$/, "")), write: (_, answer) => answer, describe: errorContent },
  };
}
