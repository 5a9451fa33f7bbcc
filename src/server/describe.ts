import type { RouteDescription, Tag } from "../openapi/description.ts";
import { arrayOf, objectSchema, text } from "../openapi/schema.ts";

const tag: Tag = { name: "Server", description: "Whether it is up, what it serves, what it counts." };
const json = "application/json";

export function describeLive(): RouteDescription {
  const schema = objectSchema({ status: { ...text, const: "live" } });
  return {
    tag,
    get: { id: "getLive", summary: "Is the process up?", replies: { 200: { description: "It is.", content: { [json]: { schema } } } } },
  };
}

export function describeReady(): RouteDescription {
  const failed = arrayOf(objectSchema({ name: text, version: text, code: text }, { optional: ["version"] }));
  const schema = objectSchema(
    {
      status: { ...text, const: "ready" },
      failed: { ...failed, description: "Models that could not be loaded." },
      workers: { type: "object" },
    },
    { optional: ["failed", "workers"] },
  );
  return {
    tag,
    get: {
      id: "getReady",
      summary: "Are the models ready?",
      replies: { 200: { description: "They are.", content: { [json]: { schema } } } },
      errors: ["MODELS_NOT_READY", "WORKERS_FAILING", "SERVER_DRAINING"],
    },
  };
}

export function describeMetrics(): RouteDescription {
  return {
    tag,
    get: {
      id: "getMetrics",
      summary: "Metrics for Prometheus",
      replies: {
        200: {
          description: "In Prometheus' text format, or OpenMetrics where the scraper asks for it.",
          content: { "text/plain": { schema: text }, "application/openmetrics-text": { schema: text } },
        },
      },
    },
  };
}

export function describeRoutes(): RouteDescription {
  const route = objectSchema({ path: text, methods: arrayOf(text), summary: text });
  const schema = objectSchema({ status: { ...text, const: "alive" }, routes: arrayOf(route) });
  return {
    tag,
    get: {
      id: "listRoutes",
      summary: "The routes of this server",
      replies: {
        200: { description: "As text unless `Accept` asks for JSON.", content: { [json]: { schema }, "text/plain": { schema: text } } },
      },
    },
  };
}

/** `GET /docs` */
export function describeDocs(): RouteDescription {
  return {
    tag,
    get: {
      id: "getDocs",
      summary: "This document, for people",
      replies: { 200: { description: "A page for browsers.", content: { "text/html": { schema: text } } } },
    },
  };
}

/** `GET /openapi.json` */
export function describeDocument(): RouteDescription {
  const schema = objectSchema({ openapi: text, info: { type: "object" }, paths: { type: "object" } }, { open: true });
  return {
    tag,
    get: {
      id: "getOpenapi",
      summary: "This document: the routes and models as they are now",
      description: "It follows every model that is loaded, swapped or unloaded. A key that is made for some models gets these alone.",
      parameters: [{ name: "If-None-Match", in: "header", description: "The `ETag` of a document that the client has.", schema: text }],
      replies: {
        200: {
          description: "OpenAPI 3.1.",
          content: { [json]: { schema } },
          headers: { ETag: { description: "Changes with the document.", schema: text } },
        },
        304: { description: "The client has it already." },
      },
    },
  };
}
