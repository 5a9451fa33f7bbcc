import { undescribed } from "../../openapi/description.ts";
import type { ProtocolContext } from "../context.ts";
import type { Answer, ErrorForm, Protocol, Route } from "../exchange.ts";
import { checkEncoding } from "./compression.ts";
import { healthMethods } from "./health.ts";
import { createInfer, type Infer } from "./infer.ts";
import { method, protocol, reply } from "./method.ts";
import { modelMethods } from "./models.ts";
import { ProtoWriter } from "./proto-writer.ts";
import { reflectionMethods } from "./reflection.ts";
import { repositoryMethods } from "./repository.ts";
import { methodPath, streamInferPath } from "./services.ts";
import { unsupportedMethod } from "./unsupported.ts";

/** What the server speaks beyond the protocol itself, by Triton's names. */
const extensions = ["model_configuration", "model_repository", "parameters", "statistics"];

/** The Open Inference Protocol over gRPC: each method is a route, its message the body. For the listener of gRPC alone. */
export function openInferenceGrpc(context: ProtocolContext): Protocol {
  const { models, server, isReady } = context;
  const infer = createInfer(context, (response) => response);
  const streamInfer = createInfer(context, (response) => new ProtoWriter().bytes(2, response).finish());
  const live = reply(new ProtoWriter().bool(1, true).finish());
  const fixed = [
    method(methodPath("ServerLive"), "Is the process up?", () => live),
    method(methodPath("ServerReady"), "Are the models ready?", () => reply(new ProtoWriter().bool(1, isReady()).finish())),
    method(methodPath("ServerMetadata"), "What the server is.", () =>
      reply(new ProtoWriter().text(1, server.name).text(2, server.version).texts(3, extensions).finish()),
    ),
    ...modelMethods(context),
    ...repositoryMethods(context),
    ...healthMethods(context),
    ...reflectionMethods(),
  ];
  return {
    get routes() {
      // Where every model answers at once, nobody has to wait for one.
      const later = models.library.list.some((model) => !model.answersTensorsInline);
      return [
        inferRoute(methodPath("ModelInfer"), "Predictions of a model.", later, infer),
        inferRoute(streamInferPath, "Predictions, one after the other.", later, streamInfer),
        ...fixed,
      ];
    },
    explain: unsupportedMethod,
    errors: streamErrors,
  };
}

function inferRoute(path: string, summary: string, later: boolean, infer: Infer): Route {
  return { path, summary, protocol, later, describe: undescribed, post: { check: checkEncoding, answer: infer } };
}

/** In a stream of predictions an error is a message, behind which others follow; only who may not ask at all is turned away. */
const streamErrors: ErrorForm = {
  claims: (path) => path === streamInferPath,
  write: (error, answer): Answer => {
    if (error.code === "UNAUTHENTICATED" || error.code === "CONTENT_TYPE_UNSUPPORTED" || error.code === "BODY_TOO_LARGE") return answer;
    const text = `${error.message}${error.hint === undefined ? "" : ` ${error.hint}`}`;
    return { ...answer, body: new ProtoWriter().text(1, text).finish() };
  },
  describe: () => ({}),
};
