import { gzipSync } from "node:zlib";

/** One request, as a server and a handler are asked it. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

const json = { "content-type": "application/json" };
const post = (path: string, value: unknown, headers: Readonly<Record<string, string>> = {}): Asked => ({
  method: "POST",
  path,
  headers: { ...json, ...headers },
  body: typeof value === "string" ? value : JSON.stringify(value),
});
const get = (path: string, headers: Readonly<Record<string, string>> = {}): Asked => ({ method: "GET", path, headers });

const iris = { "sepal length (cm)": 6.3, "sepal width (cm)": 3.3, "petal length (cm)": 6.0, "petal width (cm)": 2.5 };
const loan = { income: 52000, loan_amount: 9000, age: 41, employment_years: null, debt_ratio: 0.2, purpose: "car", home_ownership: "own" };
const csv = `${Object.keys(iris).join(",")}\n${"5.1,3.5,1.4,0.2\n6.3,3.3,6.0,2.5\n".repeat(20_000)}`;
const compressed = (value: unknown) => new Uint8Array(gzipSync(JSON.stringify(value)));

/** What clients of every protocol send, right and wrong. */
export const requests: Readonly<Record<string, Asked>> = {
  "the example row": get("/predict"),
  "the example row as JSON": get("/predict", { accept: "application/json" }),
  "the head of it": { method: "HEAD", path: "/predict" },
  "features in the query": get("/models/iris/predict?sepal_length=5.1&sepal_width=3.5&petal_length=1.4&petal_width=0.2"),
  "a query without a feature": get("/predict?sepal_length=5.1"),
  "one row": post("/predict", iris),
  "a row of another model": post("/models/loans/predict", loan),
  "of a version": post("/models/loans/versions/1/predict", loan),
  "rows of numbers": post("/predict", [
    [5.1, 3.5, 1.4, 0.2],
    [6.3, 3.3, 6.0, 2.5],
  ]),
  instances: post("/predict", { instances: [iris] }),
  "many rows": post(
    "/predict",
    Array.from({ length: 2000 }, (_, index) => [5 + index / 1000, 3.5, 1.4, 0.2]),
  ),
  "CSV, to JSON": { method: "POST", path: "/predict", headers: { "content-type": "text/csv" }, body: csv.slice(0, 200) },
  "much CSV, to CSV": { method: "POST", path: "/predict", headers: { "content-type": "text/csv", accept: "text/csv" }, body: csv },
  "JSON, to CSV": post("/predict", [iris], { accept: "text/csv" }),
  "JSON, to Arrow": post("/predict", [iris], { accept: "application/vnd.apache.arrow.stream" }),
  "broken CSV": { method: "POST", path: "/predict", headers: { "content-type": "text/csv" }, body: "a,b\n1,2\n" },
  "a compressed body": { method: "POST", path: "/predict", headers: { ...json, "content-encoding": "gzip" }, body: compressed(iris) },
  "a body that says it is compressed": post("/predict", iris, { "content-encoding": "gzip" }),
  "a body in an unknown coding": post("/predict", iris, { "content-encoding": "br" }),
  "a compressed body that is larger than the limit": {
    method: "POST",
    path: "/predict",
    headers: { ...json, "content-encoding": "gzip" },
    body: compressed("x".repeat(300_000)),
  },
  "a missing feature": post("/predict", { ...iris, "petal width (cm)": undefined }),
  "an unknown feature": post("/predict", { ...iris, "petal widht (cm)": 1 }),
  "a text for a number": post("/models/loans/predict", { ...loan, age: "41" }),
  "no JSON": post("/predict", "{"),
  "no body": post("/predict", ""),
  "a body that is larger than the limit": post("/predict", `"${"x".repeat(300_000)}"`),
  "JSON that is too deep": post("/predict", "[".repeat(40) + "]".repeat(40)),
  "too many rows": post(
    "/predict",
    Array.from({ length: 5001 }, () => [1, 2, 3, 4]),
  ),
  "another content type": { method: "POST", path: "/predict", headers: { "content-type": "text/html" }, body: "<b>" },
  "another method": { method: "PUT", path: "/predict", headers: json, body: "{}" },
  "the methods of a path": { method: "OPTIONS", path: "/predict" },
  "a path that there is not": get("/nothing"),
  "a model that there is not": post("/models/irsi/predict", iris),
  "a version that there is not": get("/models/iris/versions/9"),
  "an escaped path": get("/models/%69ris"),
  "a deadline that is none": post("/models/loans/predict", loan, { "x-request-timeout-ms": "soon" }),
  "is it alive?": get("/health/live"),
  "is it ready?": get("/health/ready"),
  "Open Inference: the server": get("/v2"),
  "Open Inference: is it ready?": get("/v2/models/iris/ready"),
  "Open Inference: a model": get("/v2/models/iris"),
  "Open Inference: tensors": post("/v2/models/iris/infer", {
    inputs: [{ name: "X", datatype: "FP32", shape: [1, 4], data: [6.3, 3.3, 6.0, 2.5] }],
  }),
  "Open Inference: a wrong shape": post("/v2/models/iris/infer", { inputs: [{ name: "X", datatype: "FP32", shape: [1, 5], data: [1] }] }),
  "Open Inference: a model that there is not": get("/v2/models/irsi"),
  "TensorFlow Serving": post("/v1/models/iris:predict", { instances: [[6.3, 3.3, 6.0, 2.5]] }),
  "TensorFlow Serving: metadata": get("/v1/models/iris/metadata"),
  "TensorFlow Serving: a wrong body": post("/v1/models/iris:predict", { rows: [] }),
  MLflow: post("/invocations", { dataframe_split: { columns: Object.keys(iris), data: [Object.values(iris)] } }),
  "MLflow: records": post("/invocations", { dataframe_records: [iris] }),
  "MLflow: is it up?": get("/ping"),
};
