import type { ProtocolContext } from "../context.ts";
import { errorAnswer } from "../error-answer.ts";
import { type Answer, jsonHead, type Protocol, type Route } from "../exchange.ts";
import { notReady } from "../readiness.ts";
import { unserved } from "../unserved.ts";
import { describeInvocations, describePing } from "./describe.ts";
import { createPosts } from "./handlers.ts";
import { modelRoutes } from "./models.ts";

const protocol = "sagemaker";

/**
 * What Amazon SageMaker asks of a container (https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html), where it
 * is SageMaker that runs this one; nothing elsewhere.
 */
export function sagemakerProtocol({ models, limits, isReady, platform, control }: ProtocolContext): Protocol {
  if (platform?.name !== "sagemaker") return { routes: [] };
  const { accept, multiModelRoot: root } = platform;
  const postOf = createPosts({ limits, accept });
  const healthy: Answer = { head: jsonHead, body: "\n" };
  const ping: Route = {
    path: "/ping",
    summary: "Can the model be asked?",
    protocol,
    later: false,
    get: () => (isReady() ? healthy : errorAnswer(notReady())),
    describe: describePing,
  };
  const invocations = (): Route[] => {
    const now = models.library.default;
    if (now === undefined) return [];
    return [
      {
        path: "/invocations",
        summary: `Predictions of ${now.name} ${now.version} for SageMaker.`,
        protocol,
        later: !now.answersInline,
        post: postOf(() => models.pick(), now),
        describe: (using) => describeInvocations(now, using),
      },
    ];
  };
  return {
    get routes() {
      if (root === undefined || control === undefined) return [ping, ...invocations()];
      return [ping, ...modelRoutes({ protocol, models, control, root, postOf })];
    },
    explain: (path) => (path === "/invocations" ? unserved(models) : undefined),
    open: ["/ping"],
  };
}
