import type { ProtocolContext } from "../context.ts";
import { errorAnswer } from "../error-answer.ts";
import { type Answer, jsonHead, type Protocol, type Route } from "../exchange.ts";
import { checkQueue } from "../queue-check.ts";
import { notReady } from "../readiness.ts";
import { unserved } from "../unserved.ts";
import { invocationMedia } from "./decode.ts";
import { describeHealth, describeInvocations, describeVersion, errorContent } from "./describe.ts";
import { writeError } from "./encode.ts";
import { createInvokers } from "./handlers.ts";
import { mlflowVersion } from "./messages.ts";

const protocol = "mlflow";

/**
 * The scoring server of MLflow 2 and 3: `/invocations` of the default model, `/ping`, `/health` and `/version`
 * (`mlflow/pyfunc/scoring_server/__init__.py`). On a platform that has `/ping` and `/invocations` of its own, these are that platform's.
 */
export function mlflowProtocol({ models, limits, isReady, platform }: ProtocolContext): Protocol {
  const invokerOf = createInvokers(limits);
  const shared = platform?.name === "sagemaker" ? [] : ["/ping", "/invocations"];
  const own = new Set([...shared, "/health", "/version"]);

  const healthy: Answer = { head: jsonHead, body: "\n" };
  const health = () => (isReady() ? healthy : errorAnswer(notReady()));
  // The scoring server sends a bare text with this type.
  const version: Answer = { head: jsonHead, body: mlflowVersion };

  const invocations = (): Route[] => {
    const now = models.library.default;
    if (now === undefined) return [];
    return [
      {
        path: "/invocations",
        summary: `Predictions of ${now.name} ${now.version} for MLflow's clients.`,
        protocol,
        later: !now.answersInline,
        post: {
          check: (request) => {
            invocationMedia(request);
            checkQueue(now, request);
          },
          answer: (request, body, run) => invokerOf(models.pick())(invocationMedia(request), body, run),
        },
        describe: (using) => describeInvocations(now, using),
      },
    ];
  };

  return {
    get routes() {
      const routes: Route[] = [
        ...["/ping", "/health"].map((path) => ({
          path,
          summary: "Can the model be asked?",
          protocol,
          later: false,
          get: health,
          describe: () => describeHealth(path),
        })),
        {
          path: "/version",
          summary: "The version of MLflow that is spoken.",
          protocol,
          later: false,
          get: () => version,
          describe: describeVersion,
        },
        ...invocations(),
      ];
      return routes.filter(({ path }) => own.has(path));
    },
    explain: (path) => (path === "/invocations" && own.has(path) ? unserved(models) : undefined),
    open: [...own].filter((path) => path !== "/invocations"),
    errors: { claims: (path) => own.has(path.replace(/\/+$/, "")), write: writeError, describe: errorContent },
  };
}
