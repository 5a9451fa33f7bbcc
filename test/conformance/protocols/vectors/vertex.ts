import { keys } from "../keys.ts";
import type { ErrorCase, HttpVector, VectorFile } from "../vector.ts";
import { longText, named, setosaRow, virginicaRow } from "./examples.ts";

const requirements = "https://cloud.google.com/vertex-ai/docs/predictions/custom-container-requirements";
const status = `${requirements}#response_requirements`;

/** What the servers of the vectors are started with: AIP_PREDICT_ROUTE and AIP_HEALTH_ROUTE. */
export const vertexRoutes = { AIP_PREDICT_ROUTE: "/vertex/predict", AIP_HEALTH_ROUTE: "/vertex/health" } as const;
const path = vertexRoutes.AIP_PREDICT_ROUTE;

const json = { "content-type": { $pattern: "^application/json" } };
const instances = [setosaRow, virginicaRow];
const two = {
  $has: { predictions: [{ $anyOf: [{ $type: "object" }, "Iris-Setosa"] }, { $anyOf: [{ $type: "object" }, "Iris-Virginica"] }] },
};

const answers: readonly HttpVector[] = [
  { name: "health", spec: `${requirements}#health`, request: { path: vertexRoutes.AIP_HEALTH_ROUTE }, answer: { status: 200 } },
  {
    name: "instances in order",
    spec: `${requirements}#request_requirements`,
    request: { path, body: { json: { instances } } },
    answer: { status: 200, headers: json, json: two },
  },
  {
    name: "instances by name",
    spec: `${requirements}#request_requirements`,
    request: { path, body: { json: { instances: instances.map(named) } } },
    answer: { status: 200, headers: json, json: two },
  },
  {
    name: "parameters",
    spec: `${requirements}#request_requirements: "parameters", optional`,
    request: { path, body: { json: { instances, parameters: { confidence: 0.5 } } } },
    answer: { status: 200, headers: json, json: two },
  },
];

const refused = (
  name: string,
  error: ErrorCase,
  request: HttpVector["request"],
  code: number | readonly number[],
  spec = status,
): HttpVector => ({
  name,
  spec,
  error,
  request,
  answer: { status: code, headers: json, json: { $type: "object" } },
});
const rows = (value: unknown, headers: Readonly<Record<string, string>> = {}) => ({ path, headers, body: { json: { instances: value } } });

const errors: readonly HttpVector[] = [
  refused("a feature of another name", "wrong name", rows([{ x: 1 }]), 400),
  refused("a text for a number", "wrong dtype", rows([[5.1, "x", 1.4, 0.2]]), 400),
  refused("a row of another width", "wrong shape", rows([[1, 2, 3]]), 400),
  refused("rows of different widths", "wrong size", rows([setosaRow, [1]]), 400),
  refused("no JSON", "malformed body", { path, headers: { "content-type": "application/json" }, body: { text: '{"instances": [' } }, 400),
  refused(
    "no instances",
    "malformed body",
    { path, body: { json: { rows: instances } } },
    400,
    `${requirements}#request_requirements: "instances", required`,
  ),
  refused("a body over the limit", "too large", rows([longText]), 413, "RFC 9110, 15.5.14"),
  refused(
    "a type that nobody reads",
    "wrong content type",
    { path, headers: { "content-type": "application/xml" }, body: { text: "<row/>" } },
    415,
    "RFC 9110, 15.5.16",
  ),
  refused("by GET", "wrong method", { path }, 405, `${requirements}#request_requirements: "HTTP POST"`),
];

const authorized = { authorization: `Bearer ${keys.all}` };
const guarded: readonly HttpVector[] = [
  refused("without a key", "no key", rows([[1, 2]]), 401),
  refused("with a key that is none", "unknown key", rows([[1, 2]], { "x-api-key": keys.unknown }), 401),
  refused("an engine that fails", "internal", rows([[99, 1]], authorized), 500),
  { ...refused("a queue that is full", "overloaded", rows([[1, 2]], authorized), 503), crowd: true },
  {
    name: "a server that is not ready",
    spec: `${requirements}#health: "any other status is unhealthy"`,
    error: "not ready" as const,
    request: { path: vertexRoutes.AIP_HEALTH_ROUTE },
    answer: { status: 503 },
  },
].map((vector) => ({ ...vector, on: "guarded" as const }));

export const vertex: VectorFile = {
  protocol: "vertex",
  title: "Google Vertex AI, custom containers",
  platform: "vertex",
  specifications: [requirements],
  vectors: [...answers, ...errors, ...guarded],
  impossible: {
    "unknown model": "the protocol has one address, which answers by the default model",
    "unknown version": "the protocol has one address, which answers by the default model",
    "key of another model": "a key without the default model has no other address here: /predict shows it",
  },
};
