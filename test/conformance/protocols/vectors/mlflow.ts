import { keys } from "../keys.ts";
import type { ErrorCase, Expected, HttpVector, VectorFile } from "../vector.ts";
import { features, longText, named, setosaRow, virginicaRow } from "./examples.ts";

const server = "MLflow, mlflow/pyfunc/scoring_server/__init__.py";
const formats = "https://mlflow.org/docs/latest/deployment/deploy-model-locally/#json-input";
const codes = "MLflow, mlflow/exceptions.py: ERROR_CODE_TO_HTTP_STATUS, MlflowException.serialize_as_json";

const json = { "content-type": { $pattern: "^application/json" } };
const both = { predictions: ["Iris-Setosa", "Iris-Virginica"] };
const rows = [setosaRow, virginicaRow];
const csv = `${features.join(",")}\n${rows.map((row) => row.join(",")).join("\n")}\n`;

const post = (name: string, body: unknown, spec = formats, answer: Expected = both): HttpVector => ({
  name,
  spec,
  request: { path: "/invocations", body: { json: body } },
  answer: { status: 200, headers: json, json: answer },
});

const answers: readonly HttpVector[] = [
  { name: "ping", spec: `${server}: ping`, request: { path: "/ping" }, answer: { status: 200 } },
  { name: "health", spec: `${server}: ping`, request: { path: "/health" }, answer: { status: 200 } },
  {
    name: "version",
    spec: `${server}: version`,
    request: { path: "/version" },
    answer: { status: 200, text: { $pattern: "^[0-9]+\\.[0-9]+" } },
  },
  post("a table, split", { dataframe_split: { columns: features, data: rows } }),
  post("a table, split, with an index", { dataframe_split: { index: [7, 8], columns: features, data: rows } }),
  post("a table whose columns are in another order", {
    dataframe_split: { columns: [...features].reverse(), data: rows.map((row) => [...row].reverse()) },
  }),
  post("a table, by records", { dataframe_records: rows.map(named) }),
  post("instances by name", { instances: rows.map(named) }),
  post("instances in order", { instances: rows }),
  post("inputs by column", { inputs: Object.fromEntries(features.map((name, index) => [name, rows.map((row) => row[index])])) }),
  post("inputs in order", { inputs: rows }),
  post("parameters", { dataframe_split: { columns: features, data: rows }, params: { temperature: 1 } }, `${server}: SERVING_PARAMS_KEY`),
  {
    name: "a charset that is UTF-8",
    spec: `${server}: invocations, charset`,
    request: { path: "/invocations", headers: { "content-type": "application/json; charset=UTF-8" }, body: { json: { inputs: rows } } },
    answer: { status: 200, headers: json, json: both },
  },
  {
    name: "CSV with a header",
    spec: `${server}: parse_csv_input; https://mlflow.org/docs/latest/deployment/deploy-model-locally/#csv-input`,
    request: { path: "/invocations", headers: { "content-type": "text/csv" }, body: { text: csv } },
    answer: { status: 200, headers: json, json: both },
  },
];

const refused = (name: string, error: ErrorCase | undefined, body: unknown, status: number, code: string, spec: string): HttpVector => ({
  name,
  spec,
  ...(error === undefined ? {} : { error }),
  request: { path: "/invocations", body: { json: body } },
  answer: { status, headers: json, json: { $has: { error_code: code, message: { $pattern: "." } } } },
});
const bad = (name: string, error: ErrorCase, body: unknown, spec = `${codes}; BAD_REQUEST`) =>
  refused(name, error, body, 400, "BAD_REQUEST", spec);
const unsupported = (name: string, type: string, text = "{}"): HttpVector => ({
  name,
  spec: `${server}: invocations, status=415, mimetype="text/plain"`,
  error: "wrong content type",
  request: { path: "/invocations", headers: { "content-type": type }, body: { text } },
  answer: { status: 415, headers: { "content-type": { $pattern: "^text/plain" } }, text: { $pattern: "." } },
});

const errors: readonly HttpVector[] = [
  bad("a column of another name", "wrong name", { dataframe_split: { columns: [...features.slice(1), "x"], data: rows } }),
  bad("a column that is absent", "wrong name", { dataframe_records: [{ [features[0] ?? ""]: 1 }] }),
  bad("a text for a number", "wrong dtype", { inputs: [[5.1, "x", 1.4, 0.2]] }),
  bad("a row of another width", "wrong shape", { inputs: [[1, 2, 3]] }),
  bad("columns of different lengths", "wrong size", {
    inputs: Object.fromEntries(features.map((name, index) => [name, [1, 2, 3].slice(0, index === 0 ? 2 : 3)])),
  }),
  bad("data of another width than the columns", "wrong size", { dataframe_split: { columns: features, data: [[1, 2]] } }),
  bad("a list", "malformed body", rows, `${server}: _decode_json_input, "Received a list"`),
  bad("no field that it knows", "malformed body", { rows }, `${server}: infer_and_parse_data, "exactly one of the input fields"`),
  bad(
    "two fields that it knows",
    "malformed body",
    { inputs: rows, instances: rows },
    `${server}: infer_and_parse_data, "exactly one of the input fields"`,
  ),
  {
    ...bad("no JSON", "malformed body", {}, `${server}: _decode_json_input, "Ensure that input is a valid JSON formatted string"`),
    request: { path: "/invocations", headers: { "content-type": "application/json" }, body: { text: '{"inputs": [' } },
  },
  unsupported("a type that nobody reads", "application/xml", "<row/>"),
  unsupported("a charset that is not UTF-8", "application/json; charset=latin-1"),
  unsupported("a parameter of the type that it does not know", "application/json; format=pandas-split"),
  {
    name: "a body over the limit",
    spec: "RFC 9110, 15.5.14",
    error: "too large",
    request: { path: "/invocations", body: { json: { inputs: [longText] } } },
    answer: { status: 413, headers: json, json: { $has: { error_code: { $type: "string" }, message: { $type: "string" } } } },
  },
  {
    name: "by GET",
    spec: `${server}: methods=["POST"]`,
    error: "wrong method",
    request: { path: "/invocations" },
    answer: { status: 405 },
  },
];

const asked = (vector: HttpVector, headers: Readonly<Record<string, string>>): HttpVector => ({
  ...vector,
  on: "guarded",
  request: { ...vector.request, headers },
});
const authorized = { authorization: `Bearer ${keys.all}` };
const row = { inputs: [[1, 2]] };

const guarded: readonly HttpVector[] = [
  asked(refused("without a key", "no key", row, 401, "UNAUTHENTICATED", codes), {}),
  asked(refused("with a key that is none", "unknown key", row, 401, "UNAUTHENTICATED", codes), { "x-api-key": keys.unknown }),
  asked(refused("an engine that fails", "internal", { inputs: [[99, 1]] }, 500, "INTERNAL_ERROR", codes), authorized),
  { ...asked(refused("a queue that is full", "overloaded", row, 503, "TEMPORARILY_UNAVAILABLE", codes), authorized), crowd: true },
  {
    name: "a server that is not ready",
    spec: `${server}: ping, 404 where there is no model`,
    error: "not ready",
    on: "guarded",
    request: { path: "/health" },
    answer: { status: [404, 503] },
  },
];

export const mlflow: VectorFile = {
  protocol: "mlflow",
  title: "MLflow scoring server",
  platform: "none",
  specifications: [formats, "https://github.com/mlflow/mlflow/blob/master/mlflow/pyfunc/scoring_server/__init__.py"],
  vectors: [...answers, ...errors, ...guarded],
  impossible: {
    "unknown model": "the protocol has one address, which answers by the default model",
    "unknown version": "the protocol has one address, which answers by the default model",
    "key of another model": "a key without the default model has no other address here: /predict shows it",
  },
};
