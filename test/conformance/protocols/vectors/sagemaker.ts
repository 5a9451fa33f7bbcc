import { keys } from "../keys.ts";
import type { ErrorCase, Expected, HttpVector, VectorFile } from "../vector.ts";
import { longText, named, setosaRow, virginicaRow } from "./examples.ts";

const hosting = "https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html";
const multi = "https://docs.aws.amazon.com/sagemaker/latest/dg/mms-container-apis.html";
const formats = "https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-inference.html";

const rows = [setosaRow, virginicaRow];
const csv = rows.map((row) => row.join(",")).join("\n");
const labels = /Iris-Setosa[\s\S]*Iris-Virginica/.source;
const two: Expected = { $has: { predictions: { $type: "array" } } };

const answers: readonly HttpVector[] = [
  {
    name: "ping",
    spec: `${hosting}#your-algorithms-inference-algo-ping-requests: "an HTTP 200 status code and an empty body"`,
    request: { path: "/ping" },
    answer: { status: 200, text: { $pattern: "^\\s*$" } },
  },
  {
    name: "rows as JSON",
    spec: `${formats}#cm-json`,
    request: { path: "/invocations", body: { json: { instances: rows.map(named) } } },
    answer: { status: 200, headers: { "content-type": { $pattern: "^application/json" } }, json: two },
  },
  {
    name: "rows as CSV, without a header",
    spec: `${formats}#cm-csv: "text/csv … without a header record"`,
    request: { path: "/invocations", headers: { "content-type": "text/csv", accept: "text/csv" }, body: { text: csv } },
    answer: { status: 200, headers: { "content-type": { $pattern: "^text/csv" } }, text: { $pattern: labels } },
  },
  {
    name: "rows as CSV, answered as JSON",
    spec: `${hosting}#your-algorithms-inference-code-container-response: Accept`,
    request: { path: "/invocations", headers: { "content-type": "text/csv", accept: "application/json" }, body: { text: csv } },
    answer: { status: 200, headers: { "content-type": { $pattern: "^application/json" } }, json: two },
  },
];

/** What the container says is handed through to the caller of InvokeEndpoint as ModelError, whatever its form: the status has to be right. */
const refused = (
  name: string,
  error: ErrorCase,
  request: HttpVector["request"],
  status: number | readonly number[],
  spec = hosting,
): HttpVector => ({
  name,
  spec,
  error,
  request,
  answer: { status, text: { $pattern: "." } },
});
const table = (text: string, path = "/invocations") => ({ path, headers: { "content-type": "text/csv" }, body: { text } });

const errors: readonly HttpVector[] = [
  refused("a feature of another name", "wrong name", { path: "/invocations", body: { json: { instances: [{ x: 1 }] } } }, 400),
  refused("a text for a number", "wrong dtype", table("5.1,x,1.4,0.2"), 400),
  refused("a row of another width", "wrong shape", table("1,2,3"), 400),
  refused("rows of different widths", "wrong size", table("5.1,3.5,1.4,0.2\n1,2"), 400),
  refused("a quote that does not end", "malformed body", table('"5.1,3.5,1.4,0.2'), 400, "RFC 4180, 2"),
  refused("no rows", "malformed body", table(""), 400),
  refused("a body over the limit", "too large", table(longText), 413, "RFC 9110, 15.5.14"),
  refused(
    "a type that nobody reads",
    "wrong content type",
    { path: "/invocations", headers: { "content-type": "application/x-recordio-protobuf" }, body: { text: "x" } },
    415,
    "RFC 9110, 15.5.16",
  ),
  refused("by GET", "wrong method", { path: "/invocations" }, 405, "RFC 9110, 15.5.6"),
];

const authorized = { authorization: `Bearer ${keys.all}` };
const sides = (text: string, headers: Readonly<Record<string, string>>, path = "/invocations") => ({
  path,
  headers: { "content-type": "text/csv", ...headers },
  body: { text },
});
const guarded: readonly HttpVector[] = [
  refused("without a key", "no key", sides("1,2", {}), 401),
  refused("with a key that is none", "unknown key", sides("1,2", { "x-api-key": keys.unknown }), 401),
  refused("an engine that fails", "internal", sides("99,1", authorized), 500),
  { ...refused("a queue that is full", "overloaded", sides("1,2", authorized), 503), crowd: true },
  {
    name: "a server that is not ready",
    spec: `${hosting}#your-algorithms-inference-algo-ping-requests: healthy is 200 alone`,
    error: "not ready" as const,
    request: { path: "/ping" },
    answer: { status: [404, 503] },
  },
].map((vector) => ({ ...vector, on: "guarded" as const }));

export const sageMaker: VectorFile = {
  protocol: "sagemaker",
  title: "Amazon SageMaker",
  platform: "sagemaker",
  specifications: [hosting, formats],
  vectors: [...answers, ...errors, ...guarded],
  impossible: {},
};

/** In this order: what one loads the next ones ask. */
const withKey = (vector: HttpVector): HttpVector => ({
  ...vector,
  on: "guarded",
  request: { ...vector.request, headers: { ...authorized, ...vector.request.headers } },
});
const loads = (name: string) => ({ path: "/models", body: { json: { model_name: name, url: `{base}/models/${name}/model` } } });
const entry = (name: string) => ({ $has: { modelName: name, modelUrl: { $pattern: `/models/${name}/model$` } } });
const multiModel: readonly HttpVector[] = [
  {
    name: "ping",
    spec: `${hosting}#your-algorithms-inference-algo-ping-requests`,
    request: { path: "/ping" },
    answer: { status: 200 },
  },
  {
    name: "no model is loaded",
    spec: `${multi}#multi-model-api-list-model`,
    request: { path: "/models" },
    answer: { status: 200, json: { $has: { models: [] } } },
  },
  refused(
    "a model that is not loaded yet is not invoked",
    "unknown model",
    sides("1,2", {}, "/models/sides/invoke"),
    404,
    `${multi}#multi-model-api-invoke-model`,
  ),
  { name: "a model is loaded", spec: `${multi}#multi-model-api-load-model`, request: loads("sides"), answer: { status: 200 } },
  { name: "another model is loaded", spec: `${multi}#multi-model-api-load-model`, request: loads("iris"), answer: { status: 200 } },
  {
    name: "a model is not loaded twice",
    spec: `${multi}#multi-model-api-load-model: "If model_name is already loaded, this API should return 409."`,
    request: loads("iris"),
    answer: { status: 409 },
  },
  {
    name: "the models that are loaded",
    spec: `${multi}#multi-model-api-list-model`,
    request: { path: "/models" },
    answer: { status: 200, json: { $has: { models: { $includes: [entry("iris"), entry("sides")] } } } },
  },
  {
    name: "a model that is loaded",
    spec: `${multi}#multi-model-api-get-model`,
    request: { path: "/models/iris" },
    answer: { status: 200, json: entry("iris") },
  },
  {
    name: "a model is invoked by name",
    spec: `${multi}#multi-model-api-invoke-model`,
    request: {
      path: "/models/iris/invoke",
      headers: { "content-type": "text/csv", accept: "text/csv", "x-amzn-sagemaker-target-model": "iris.tar.gz" },
      body: { text: csv },
    },
    answer: { status: 200, headers: { "content-type": { $pattern: "^text/csv" } }, text: { $pattern: labels } },
  },
  refused(
    "a description of a model that is not loaded",
    "unknown model",
    { path: "/models/nobody" },
    404,
    `${multi}#multi-model-api-get-model`,
  ),
  refused("an engine of a model that fails", "internal", sides("99,1", {}, "/models/sides/invoke"), 500),
  refused("a file that is no model", "not ready", loads("broken"), [400, 422, 500, 507], `${multi}#multi-model-api-load-model`),
  refused(
    "an invocation with a key of another model",
    "key of another model",
    sides("1,2", { authorization: "", "x-api-key": keys.otherModel }, "/models/sides/invoke"),
    403,
  ),
  refused(
    "a folder that is not SageMaker's",
    "malformed body",
    { path: "/models", body: { json: { model_name: "x", url: "/etc" } } },
    [400, 404],
    `${multi}#multi-model-api-load-model`,
  ),
  {
    name: "a model is unloaded",
    spec: `${multi}#multi-model-api-unload-model`,
    request: { method: "DELETE", path: "/models/iris" },
    answer: { status: 200 },
  },
  {
    name: "a model that was unloaded is not invoked",
    spec: `${multi}#multi-model-api-invoke-model`,
    request: sides("1,2", {}, "/models/iris/invoke"),
    answer: { status: 404 },
  },
  {
    name: "a model that is not loaded is not unloaded",
    spec: `${multi}#multi-model-api-unload-model: 404`,
    request: { method: "DELETE", path: "/models/iris" },
    answer: { status: 404 },
  },
].map(withKey);

export const sageMakerMultiModel: VectorFile = {
  protocol: "sagemaker",
  title: "Amazon SageMaker, several models",
  platform: "multi-model",
  specifications: [multi],
  vectors: multiModel,
  impossible: { "unknown version": "the contract has no versions: a model is loaded under another name" },
};
