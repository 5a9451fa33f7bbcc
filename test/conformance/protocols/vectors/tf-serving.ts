import { keys } from "../keys.ts";
import type { ErrorCase, Expected, HttpVector, VectorFile } from "../vector.ts";
import {
  diabetesRow,
  diabetesValue,
  features,
  loansProbabilities,
  loansRow,
  longText,
  named,
  setosaProbabilities,
  setosaRow,
  virginicaProbabilities,
  virginicaRow,
} from "./examples.ts";

const api = "TensorFlow Serving, tensorflow_serving/g3doc/api_rest.md";
const tensors = "TensorFlow Serving, tensorflow_serving/util/json_tensor.cc";
const statuses = "TensorFlow Serving, tensorflow_serving/model_servers/http_server.cc: ToHTTPStatusCode";
const handler = "TensorFlow Serving, tensorflow_serving/model_servers/http_rest_api_handler.cc";
const kserve = "KServe, python/kserve/kserve/handlers/v1_endpoints.py";

const json = { "content-type": "application/json" };
const predict = "/v1/models/iris:predict";
const columns = (row: object) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, [value]]));
/**
 * A signature is the model's own: its names and its outputs are what /metadata says. That of rows by default answers with the
 * prediction alone, as KServe's servers of scikit-learn, XGBoost and LightGBM do (python/sklearnserver/sklearnserver/model.py).
 */
const setosa = "Iris-Setosa";
const virginica = "Iris-Virginica";
const classes = ["Iris-Setosa", "Iris-Versicolor", "Iris-Virginica"];
const scored = (scores: readonly Expected[]) => classes.map((name, index) => [name, scores[index]]);
const post = (name: string, spec: string, path: string, body: unknown, answer: Expected): HttpVector => ({
  name,
  spec,
  request: { path, body: { json: body } },
  answer: { status: 200, headers: json, json: answer },
});

const predictions: readonly HttpVector[] = [
  post(
    "rows",
    `${api}#specifying-input-tensors-in-row-format`,
    predict,
    { instances: [setosaRow, virginicaRow] },
    { predictions: [setosa, virginica] },
  ),
  post(
    "rows of a version",
    `${api}#predict-api: /versions/\${MODEL_VERSION} is optional`,
    "/v1/models/iris/versions/1:predict",
    { instances: [setosaRow] },
    { predictions: [setosa] },
  ),
  post(
    "rows that name the only input",
    `${tensors}: FillTensorMapFromInstancesList`,
    predict,
    { instances: [{ X: setosaRow }] },
    { predictions: [setosa] },
  ),
  post(
    "the signature that serves by default",
    `${api}#predict-api: signature_name`,
    predict,
    { signature_name: "serving_default", instances: [setosaRow] },
    { predictions: [setosa] },
  ),
  post(
    "rows of several inputs",
    `${api}#specifying-input-tensors-in-row-format: "For multiple named inputs, each item is expected to be an object"`,
    "/v1/models/loans:predict",
    { instances: [columns(loansRow)] },
    { predictions: ["repaid"] },
  ),
  post(
    "one output, whose name is left out",
    `${api}#predict-api, Response format: "If the output of the model contains only one named tensor, we omit the name"`,
    "/v1/models/diabetes:predict",
    { instances: [diabetesRow] },
    { predictions: [diabetesValue] },
  ),
  post(
    "columns of the only input",
    `${api}#specifying-input-tensors-in-column-format`,
    predict,
    { inputs: [setosaRow, virginicaRow] },
    { outputs: [setosa, virginica] },
  ),
  post(
    "columns by name",
    `${api}#specifying-input-tensors-in-column-format`,
    "/v1/models/loans:predict",
    { inputs: Object.fromEntries(Object.entries(loansRow).map(([name, value]) => [name, [[value]]])) },
    { outputs: ["repaid"] },
  ),
  post(
    "columns with one output",
    `${api}#predict-api, Response format`,
    "/v1/models/diabetes:predict",
    { inputs: { X: [diabetesRow] } },
    { outputs: [diabetesValue] },
  ),
  post(
    "texts in base64",
    `${api}#encoding-binary-values`,
    "/v1/models/loans:predict",
    { instances: [columns({ ...loansRow, purpose: { b64: "Y2Fy" } })] },
    { predictions: ["repaid"] },
  ),
  post(
    "a signature with several outputs, rows",
    `${api}#predict-api, Response format: "If the model outputs multiple named tensors, we output a list of objects instead"`,
    predict,
    { signature_name: "outputs", instances: [setosaRow] },
    { predictions: [{ label: setosa, probabilities: setosaProbabilities }] },
  ),
  post(
    "a signature with several outputs, columns",
    `${api}#predict-api, Response format: "If the model outputs multiple named tensors, we output an object instead"`,
    "/v1/models/loans:predict",
    { signature_name: "outputs", inputs: Object.fromEntries(Object.entries(loansRow).map(([name, value]) => [name, [value]])) },
    { outputs: { label: ["repaid"], probabilities: [loansProbabilities] } },
  ),
  post(
    "a signature with scores alone",
    `${api}#predict-api: signature_name`,
    predict,
    { signature_name: "predict_proba", instances: [setosaRow, virginicaRow] },
    { predictions: [setosaProbabilities, virginicaProbabilities] },
  ),
  {
    name: "NaN as a token",
    spec: `${api}#json-conformance`,
    request: {
      path: "/v1/models/loans:predict",
      body: { text: `{"instances": [${JSON.stringify(columns({ ...loansRow, debt_ratio: "?" })).replace('"?"', "NaN")}]}` },
    },
    answer: { status: 200, headers: json, json: { predictions: [{ $type: "string" }] } },
  },
  {
    name: "without a content type",
    spec: "tensorflow_serving/g3doc/api_rest.md#make-rest-api-calls-to-modelserver: curl -d sends application/x-www-form-urlencoded",
    request: {
      path: predict,
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: { json: { instances: [setosaRow] } },
    },
    answer: { status: 200, json: { predictions: [setosa] } },
  },
  post(
    "classes with scores",
    `${api}#classify-and-regress-api; the key is "results" in ${tensors}: kClassifyRegressResponseKey`,
    "/v1/models/iris:classify",
    { examples: [named(setosaRow), named(virginicaRow)] },
    { results: [scored(setosaProbabilities), scored(virginicaProbabilities)] },
  ),
  post(
    "features that examples share",
    `${api}#classify-and-regress-api: context`,
    "/v1/models/iris/versions/1:classify",
    { context: { "petal width (cm)": 0.2 }, examples: [{ "sepal length (cm)": 5.1, "sepal width (cm)": [3.5], "petal length (cm)": 1.4 }] },
    { results: [scored(setosaProbabilities)] },
  ),
  post(
    "classes of a label",
    `${api}#classify-and-regress-api`,
    "/v1/models/iris/labels/stable:classify",
    { examples: [named(setosaRow)] },
    { results: [scored(setosaProbabilities)] },
  ),
  ...["", "/versions/1", "/labels/stable"].map((which) =>
    post(
      `values of a regression${which}`,
      `${api}#classify-and-regress-api`,
      `/v1/models/diabetes${which}:regress`,
      {
        examples: [
          Object.fromEntries(
            ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"].map((name, index) => [name, diabetesRow[index]]),
          ),
        ],
      },
      { results: [diabetesValue] },
    ),
  ),
];

const available = { version: "1", state: "AVAILABLE", status: { error_code: "OK", error_message: "" } };
const tensorInfo = (dtype: string, ...sizes: string[]) => ({
  $has: { dtype, tensor_shape: { $has: { dim: sizes.map((size) => ({ $has: { size } })), unknown_rank: false } } },
});

const descriptions: readonly HttpVector[] = [
  ...["/v1/models/iris", "/v1/models/iris/versions/1", "/v1/models/iris/labels/stable"].map(
    (path): HttpVector => ({
      name: `status, ${path}`,
      spec: `${api}#model-status-api`,
      request: { path },
      answer: { status: 200, headers: json, json: { $has: { model_version_status: [available] } } },
    }),
  ),
  {
    name: "readiness as KServe says it",
    spec: `${kserve}: V1Endpoints.model_ready`,
    request: { path: "/v1/models/iris" },
    answer: { status: 200, json: { $has: { name: "iris", ready: true } } },
  },
  {
    name: "names of the models",
    spec: `${kserve}: V1Endpoints.models`,
    request: { path: "/v1/models" },
    answer: { status: 200, json: { models: { $includes: ["iris", "loans"] } } },
  },
  ...["/v1/models/iris", "/v1/models/iris/versions/1", "/v1/models/iris/labels/stable"]
    .map((path) => `${path}/metadata`)
    .map(
      (path): HttpVector => ({
        name: `metadata, ${path}`,
        spec: "https://www.tensorflow.org/tfx/serving/api_rest#model_metadata_api; apis/get_model_metadata.proto",
        request: { path },
        answer: {
          status: 200,
          headers: json,
          json: {
            model_spec: { $has: { name: "iris", version: "1" } },
            metadata: {
              signature_def: {
                $has: {
                  signature_def: {
                    $has: {
                      serving_default: {
                        $has: {
                          inputs: Object.fromEntries(features.map((name) => [name, tensorInfo("DT_FLOAT", "-1")])),
                          outputs: { label: tensorInfo("DT_STRING", "-1") },
                          method_name: "tensorflow/serving/predict",
                        },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      }),
    ),
];

const refused = (
  name: string,
  error: ErrorCase | undefined,
  request: HttpVector["request"],
  status: number | readonly number[],
  spec = statuses,
): HttpVector => ({
  name,
  spec,
  ...(error === undefined ? {} : { error }),
  request,
  answer: { status, headers: json, json: { error: { $pattern: "." } } },
});
const rows = (instances: unknown, path = predict) => ({ path, body: { json: { instances } } });
const notFound = `${statuses}: NOT_FOUND`;
const invalid = `${statuses}: INVALID_ARGUMENT`;

const errors: readonly HttpVector[] = [
  refused(
    "a model that is not loaded",
    "unknown model",
    rows([setosaRow], "/v1/models/nobody:predict"),
    404,
    `${api}#make-rest-api-calls-to-modelserver: "Servable not found"`,
  ),
  refused("status of a model that is not loaded", "unknown model", { path: "/v1/models/nobody" }, 404, notFound),
  refused("metadata of a model that is not loaded", "unknown model", { path: "/v1/models/nobody/metadata" }, 404, notFound),
  refused("a version that is not loaded", "unknown version", rows([setosaRow], "/v1/models/iris/versions/9:predict"), 404, notFound),
  refused("status of a version that is not loaded", "unknown version", { path: "/v1/models/iris/versions/9" }, 404, notFound),
  refused(
    "a label that no version has",
    "unknown version",
    rows([setosaRow], "/v1/models/iris/labels/nothing:predict"),
    [400, 404],
    `${statuses}: FAILED_PRECONDITION, "Unrecognized servable version label"`,
  ),
  refused(
    "an input that is absent",
    "wrong name",
    rows([{ income: [1] }], "/v1/models/loans:predict"),
    400,
    `${tensors}: "Failed to process element: … Missing named input"`,
  ),
  refused(
    "an input of another name",
    "wrong name",
    { path: predict, body: { json: { inputs: { Y: [setosaRow] } } } },
    400,
    `${tensors}: "Missing named input"`,
  ),
  refused(
    "a signature of another name",
    "wrong name",
    { path: predict, body: { json: { signature_name: "nothing", instances: [setosaRow] } } },
    400,
    `${handler}: "Serving signature name … not found"`,
  ),
  refused("texts instead of numbers", "wrong dtype", rows([["a", "b", "c", "d"]]), 400, invalid),
  refused("a row of another width", "wrong shape", rows([[1, 2, 3]]), 400, invalid),
  refused("rows of different widths", "wrong size", rows([setosaRow, [1]]), 400, `${tensors}: "Encountered list at unexpected size"`),
  refused("no rows", "wrong size", rows([]), 400, `${tensors}: "No values in 'instances' array"`),
  refused("no JSON", "malformed body", { path: predict, headers: json, body: { text: '{"instances": [' } }, 400, invalid),
  refused(
    "neither rows nor columns",
    "malformed body",
    { path: predict, body: { json: { rows: [] } } },
    400,
    `${tensors}: "Missing 'inputs' or 'instances' key"`,
  ),
  refused(
    "rows and columns",
    "malformed body",
    { path: predict, body: { json: { instances: [setosaRow], inputs: [setosaRow] } } },
    400,
    `${tensors}: "expecting only one of 'inputs' or 'instances' keys to exist"`,
  ),
  refused(
    "classify without examples",
    "malformed body",
    { path: "/v1/models/iris:classify", body: { json: { instances: [setosaRow] } } },
    400,
    `${tensors}: "key 'examples' is expected and was not found"`,
  ),
  refused(
    "classes of a regression",
    undefined,
    { path: "/v1/models/diabetes:classify", body: { json: { examples: [{ age: 1 }] } } },
    400,
    invalid,
  ),
  refused(
    "values of a classification",
    undefined,
    { path: "/v1/models/iris:regress", body: { json: { examples: [named(setosaRow)] } } },
    400,
    invalid,
  ),
  refused("a body over the limit", "too large", rows([longText]), 413, "RFC 9110, 15.5.14"),
  refused(
    "predict by GET",
    "wrong method",
    { method: "GET", path: predict },
    [400, 405],
    `${handler}: "Malformed request: GET …"; RFC 9110, 15.5.6`,
  ),
  {
    ...refused(
      "an explanation",
      undefined,
      { path: "/v1/models/iris:explain", body: { json: { instances: [setosaRow] } } },
      501,
      `${statuses}: UNIMPLEMENTED`,
    ),
    unsupported: "the models have no explainer of KServe's",
  },
  {
    name: "TensorFlow Serving's own metrics",
    spec: "TensorFlow Serving, util/prometheus_exporter.cc: kPrometheusPath",
    unsupported: "metrics are at /metrics, with the server's own names",
    request: { path: "/monitoring/prometheus/metrics" },
    answer: { status: 404 },
  },
  refused(
    "a verb that is none",
    undefined,
    { path: "/v1/models/iris:divine", body: { json: { instances: [setosaRow] } } },
    [400, 404],
    `${handler}: "Malformed request"`,
  ),
];

const authorized = { authorization: `Bearer ${keys.all}` };
const ask = (row: readonly number[], headers: Readonly<Record<string, string>> = authorized) => ({
  path: "/v1/models/sides:predict",
  headers,
  body: { json: { instances: [row] } },
});
const guarded = [
  refused("without a key", "no key", ask([1, 2], {}), 401, `${statuses}: UNAUTHENTICATED`),
  refused("with a key that is none", "unknown key", ask([1, 2], { "x-api-key": keys.unknown }), 401, `${statuses}: UNAUTHENTICATED`),
  refused(
    "with a key of another model",
    "key of another model",
    ask([1, 2], { "x-api-key": keys.otherModel }),
    403,
    `${statuses}: PERMISSION_DENIED`,
  ),
  refused("an engine that fails", "internal", ask([99, 1]), 500, `${statuses}: INTERNAL`),
  { ...refused("a queue that is full", "overloaded", ask([1, 2]), 503, `${statuses}: UNAVAILABLE`), crowd: true },
  refused(
    "a model that could not be loaded",
    "not ready",
    { ...ask([1, 2]), path: "/v1/models/broken:predict" },
    [404, 503],
    `${statuses}: NOT_FOUND, UNAVAILABLE`,
  ),
].map((vector) => ({ ...vector, on: "guarded" as const }));

export const tfServing: VectorFile = {
  protocol: "tf-serving",
  title: "TensorFlow Serving, REST, and KServe v1",
  platform: "none",
  specifications: [
    "https://www.tensorflow.org/tfx/serving/api_rest",
    "https://kserve.github.io/website/docs/concepts/architecture/data-plane/v1-protocol",
  ],
  vectors: [...predictions, ...descriptions, ...errors, ...guarded],
  impossible: {
    "wrong content type":
      "the reference server never reads the content type: curl -d sends application/x-www-form-urlencoded, and is answered",
  },
};
