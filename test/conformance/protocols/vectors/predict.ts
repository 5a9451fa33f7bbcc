import { keys } from "../keys.ts";
import type { ErrorCase, Expected, HttpVector, VectorFile } from "../vector.ts";
import {
  diabetesRow,
  diabetesValue,
  features,
  loansRow,
  longText,
  named,
  setosaProbabilities,
  setosaRow,
  virginicaRow,
} from "./examples.ts";

const contract = "docs/wire/predict.md";
const json = { "content-type": "application/json" };
const classes = ["Iris-Setosa", "Iris-Versicolor", "Iris-Virginica"];
const byClass = (values: readonly Expected[]) => Object.fromEntries(classes.map((name, index) => [name, values[index]]));
const setosa = { prediction: "Iris-Setosa", probabilities: byClass(setosaProbabilities) };
const one = { model: "iris", version: "1", ...setosa };
const authorized = { authorization: `Bearer ${keys.all}` };

const answers: readonly HttpVector[] = [
  ...["/predict", "/models/iris/predict", "/models/iris/versions/1/predict", "/predict/"].map(
    (path): HttpVector => ({
      name: `a row by name, ${path}`,
      spec: contract,
      request: { path, body: { json: named(setosaRow) } },
      answer: { status: 200, headers: json, json: one },
    }),
  ),
  {
    name: "a row in order",
    spec: `${contract}#bodies`,
    request: { path: "/predict", body: { json: setosaRow } },
    answer: { status: 200, json: one },
  },
  {
    name: "several rows",
    spec: `${contract}#bodies`,
    request: { path: "/predict", body: { json: [setosaRow, virginicaRow] } },
    answer: { status: 200, json: { model: "iris", version: "1", predictions: [setosa, { $has: { prediction: "Iris-Virginica" } }] } },
  },
  {
    name: "instances",
    spec: `${contract}#bodies`,
    request: { path: "/predict", body: { json: { instances: [named(setosaRow)] } } },
    answer: { status: 200, json: { model: "iris", version: "1", predictions: [setosa] } },
  },
  {
    name: "categories, and a value that is missing",
    spec: `${contract}#bodies`,
    request: { path: "/models/loans/predict", body: { json: { ...loansRow, debt_ratio: null } } },
    answer: { status: 200, json: { $has: { prediction: { $anyOf: ["repaid", "default"] } } } },
  },
  {
    name: "a regression",
    spec: `${contract}#answers`,
    request: { path: "/models/diabetes/predict", body: { json: diabetesRow } },
    answer: { status: 200, json: { model: "diabetes", version: "1", prediction: diabetesValue } },
  },
  {
    name: "features in the query, in words",
    spec: `${contract}#from-the-query`,
    request: { path: "/predict?sepal_length=6.3&sepal_width=3.3&petal_length=6.0&petal_width=2.5" },
    answer: { status: 200, headers: { "content-type": "text/plain; charset=utf-8" }, text: "Prediction: Iris-Virginica\n" },
  },
  ...["/models/iris", "/models/iris/versions/1"].flatMap((path): HttpVector[] => [
    {
      name: `the model's own example, as JSON, ${path}`,
      spec: `${contract}#from-the-query`,
      request: { path: `${path}/predict`, headers: { accept: "application/json" } },
      answer: { status: 200, json: one },
    },
    {
      name: `a description, ${path}`,
      spec: contract,
      request: { path },
      answer: { status: 200, json: { $has: { name: "iris", classes, features: { $type: "array" } } } },
    },
  ]),
  { name: "models", spec: contract, request: { path: "/models" }, answer: { status: 200, json: { $has: { models: { $type: "array" } } } } },
  { name: "live", spec: contract, request: { path: "/health/live" }, answer: { status: 200 } },
  { name: "ready", spec: contract, request: { path: "/health/ready" }, answer: { status: 200 } },
];

const refused = (
  name: string,
  error: ErrorCase,
  request: HttpVector["request"],
  status: number,
  code: string,
  more: object = {},
): HttpVector => ({
  name,
  spec: "docs/errors.md",
  error,
  request,
  answer: { status, headers: { ...json, ...more }, json: { error: { $has: { code, message: { $type: "string" } } } } },
});
const predict = (body: unknown, headers: Readonly<Record<string, string>> = {}) => ({ path: "/predict", headers, body: { json: body } });

const errors: readonly HttpVector[] = [
  refused(
    "a model that is not loaded",
    "unknown model",
    { path: "/models/nobody/predict", body: { json: setosaRow } },
    404,
    "MODEL_NOT_FOUND",
  ),
  refused(
    "a version that is not loaded",
    "unknown version",
    { path: "/models/iris/versions/9/predict", body: { json: setosaRow } },
    404,
    "MODEL_VERSION_NOT_FOUND",
  ),
  refused("a feature that is absent", "wrong name", predict({ [features[0] ?? ""]: 1 }), 400, "FEATURE_MISSING"),
  refused("a feature of another name", "wrong name", predict({ ...named(setosaRow), more: 1 }), 400, "FEATURE_UNKNOWN"),
  refused("a text for a number", "wrong dtype", predict([5.1, "3.5", 1.4, 0.2]), 400, "FEATURE_TYPE_INVALID"),
  refused("a row of another width", "wrong shape", predict([1, 2, 3]), 400, "ROW_WIDTH_INVALID"),
  refused("rows of different widths", "wrong size", predict([setosaRow, [1]]), 400, "ROW_WIDTH_INVALID"),
  refused("no rows", "wrong size", predict([]), 400, "ROWS_EMPTY"),
  refused("no JSON", "malformed body", { path: "/predict", headers: json, body: { text: "[5.1," } }, 400, "JSON_INVALID"),
  refused("a body over the limit", "too large", predict([longText]), 413, "BODY_TOO_LARGE"),
  refused("by PUT", "wrong method", { method: "PUT", path: "/predict", body: { json: setosaRow } }, 405, "METHOD_NOT_ALLOWED", {
    allow: "GET, HEAD, POST, OPTIONS",
  }),
  refused(
    "a type that nobody reads",
    "wrong content type",
    { path: "/predict", headers: { "content-type": "application/xml" }, body: { text: "<row/>" } },
    415,
    "CONTENT_TYPE_UNSUPPORTED",
  ),
];

const guarded: readonly HttpVector[] = [
  refused("without a key", "no key", predict([1, 2]), 401, "UNAUTHENTICATED", { "www-authenticate": { $pattern: "^Bearer " } }),
  refused("with a key that is none", "unknown key", predict([1, 2], { "x-api-key": keys.unknown }), 401, "UNAUTHENTICATED"),
  refused(
    "with a key of another model",
    "key of another model",
    { path: "/models/sides/predict", headers: { "x-api-key": keys.otherModel }, body: { json: [1, 2] } },
    403,
    "PERMISSION_DENIED",
  ),
  refused("an engine that fails", "internal", predict([99, 1], authorized), 500, "ENGINE_FAILED"),
  { ...refused("a queue that is full", "overloaded", predict([1, 2], authorized), 503, "OVERLOADED", { "retry-after": "1" }), crowd: true },
  refused("a server that is not ready", "not ready", { path: "/health/ready" }, 503, "MODELS_NOT_READY"),
].map((vector) => ({ ...vector, on: "guarded" as const }));

export const predictVectors: VectorFile = {
  protocol: "predict",
  title: "/predict",
  platform: "none",
  specifications: [contract],
  vectors: [...answers, ...errors, ...guarded],
  impossible: {},
};
