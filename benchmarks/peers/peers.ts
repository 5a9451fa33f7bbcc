/**
 * What people would take instead of Setosa to serve a scikit-learn model, each set up as its own documentation has it, with
 * one process that predicts.
 */
import { fileURLToPath } from "node:url";
import { at, className } from "./answers.ts";
import type { Command, Peer } from "./peer.ts";

const folder = (id: string): string => fileURLToPath(new URL(`./${id}/`, import.meta.url));
const json = [["Content-Type", "application/json"]] as const;

const python = ".venv/bin/python";
const pip = (file: string): Command => [python, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--requirement", file];
const install: readonly Command[] = [["python3.11", "-m", "venv", "--clear", ".venv"], pip("requirements.txt")];
const trained = ".model/model.joblib";
const train = (path: string): Command => [python, "../train.py", path];

const mlserver: Peer = {
  id: "mlserver",
  title: "MLServer",
  version: "1.7.1",
  documentation: "https://docs.seldon.ai/mlserver/examples/sklearn",
  cwd: folder("mlserver"),
  install,
  prepare: [train("model/model.joblib")],
  env: {},
  command: () => [".venv/bin/mlserver", "start", "model"],
  // Its ports cannot be options. It always serves gRPC and metrics too: those may listen anywhere.
  portEnv: (port) => ({
    MLSERVER_HOST: "127.0.0.1",
    MLSERVER_HTTP_PORT: String(port),
    MLSERVER_GRPC_PORT: "0",
    MLSERVER_METRICS_PORT: "0",
  }),
  request: {
    method: "POST",
    path: "/v2/models/iris-forest/infer",
    headers: json,
    body: (row) => JSON.stringify({ inputs: [{ name: "predict", shape: [1, row.length], datatype: "FP64", data: [row] }] }),
  },
  // {"model_name":"iris-forest","model_version":"1","id":"…","parameters":{},"outputs":[{"name":"predict","shape":[1,1],
  // "datatype":"INT64","parameters":{"content_type":"np"},"data":[0]}]}: the class by its position.
  prediction: (answer) => className(at(answer, "outputs", 0, "data", 0)),
  probabilities: '"outputs":[{"name":"predict"},{"name":"predict_proba"}] in the request',
};

const bentoml: Peer = {
  id: "bentoml",
  title: "BentoML",
  version: "1.4.39",
  documentation: "https://docs.bentoml.com/en/latest/examples/mlflow.html",
  cwd: folder("bentoml"),
  install,
  prepare: [
    pip("build-requirements.txt"),
    train(trained),
    [python, "save.py", trained],
    [".venv/bin/bentoml", "build", "service:IrisForest"],
  ],
  env: { BENTOML_HOME: `${folder("bentoml")}.store`, BENTOML_DO_NOT_TRACK: "True" },
  // A built bento: to serve from the source file is for development, says its help.
  command: (port) => [".venv/bin/bentoml", "serve", "iris_forest:latest", "--host", "127.0.0.1", "--port", String(port)],
  request: { method: "POST", path: "/predict", headers: json, body: (row) => JSON.stringify({ input_data: [row] }) },
  // ["Iris-Setosa"]
  prediction: (answer) => className(at(answer, 0)),
  probabilities: "whatever service.py returns, such as a dictionary with predict_proba's shares",
};

const litserve: Peer = {
  id: "litserve",
  title: "LitServe",
  version: "0.2.19",
  documentation: "https://lightning.ai/docs/litserve/get-started",
  cwd: folder("litserve"),
  install,
  prepare: [train(trained)],
  env: {},
  command: (port) => [python, "server.py", String(port)],
  request: { method: "POST", path: "/predict", headers: json, body: (row) => JSON.stringify({ input: row }) },
  // {"output":"Iris-Setosa"}
  prediction: (answer) => className(at(answer, "output")),
  probabilities: "whatever server.py's encode_response returns",
};

const mlflow: Peer = {
  id: "mlflow",
  title: "MLflow",
  version: "3.17.2",
  documentation: "https://mlflow.org/docs/latest/ml/deployment/deploy-model-locally/",
  cwd: folder("mlflow"),
  install,
  prepare: [train(trained), [python, "save.py", trained, ".model/iris-forest"]],
  // Its command starts uvicorn by name.
  env: { MLFLOW_DISABLE_TELEMETRY: "true", DO_NOT_TRACK: "true", PATH: `${folder("mlflow")}.venv/bin:${process.env.PATH ?? ""}` },
  command: (port) => [
    ...[".venv/bin/mlflow", "models", "serve", "--model-uri", ".model/iris-forest", "--env-manager", "local"],
    ...["--workers", "1", "--host", "127.0.0.1", "--port", String(port)],
  ],
  request: { method: "POST", path: "/invocations", headers: json, body: (row) => JSON.stringify({ inputs: [row] }) },
  // {"predictions":[0]}: the class by its position.
  prediction: (answer) => className(at(answer, "predictions", 0)),
  probabilities: 'pyfunc_predict_fn="predict_proba" in save.py, instead of the class',
};

const rayServe: Peer = {
  id: "ray-serve",
  title: "Ray Serve",
  version: "2.60.0",
  documentation: "https://docs.ray.io/en/latest/serve/index.html",
  cwd: folder("ray-serve"),
  install,
  prepare: [train(trained)],
  env: { RAY_USAGE_STATS_ENABLED: "0" },
  command: (port) => [python, "serve_forest.py", String(port)],
  request: { method: "POST", path: "/", headers: json, body: (row) => JSON.stringify({ vector: row }) },
  // {"result":"Iris-Setosa"}
  prediction: (answer) => className(at(answer, "result")),
  probabilities: "whatever serve_forest.py's __call__ returns",
};

export const peers: readonly Peer[] = [mlserver, bentoml, litserve, mlflow, rayServe];

/**
 * The peers of these ids; all for none.
 * @throws Error for an id that is none
 */
export function choosePeers(ids: readonly string[]): readonly Peer[] {
  const unknown = ids.find((id) => !peers.some((peer) => peer.id === id));
  if (unknown !== undefined) throw new Error(`there is no peer "${unknown}", but ${peers.map(({ id }) => id).join(", ")}`);
  return ids.length === 0 ? peers : peers.filter(({ id }) => ids.includes(id));
}
