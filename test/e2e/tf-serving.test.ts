import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ErrorBody, ModelMetadata } from "../../src/protocols/tf-serving/messages.ts";
import { classifier, classifierSignature } from "../onnx/tiny-models.ts";
import { root, runtimes } from "./process.ts";
import { sharedServer, startServer } from "./server.ts";

/** The requests of TensorFlow Serving's documentation (api_rest.md) and of KServe's client, over HTTP. */

const deep = `${root}test/fixtures/deep`;
const setosa = [5.1, 3.5, 1.4, 0.2];
const virginica = [6.3, 3.3, 6.0, 2.5];
const available = { state: "AVAILABLE", status: { error_code: "OK", error_message: "" } };

interface Values {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** One element for each row. */
function rowsOf({ shape, data }: Values): unknown[] {
  const build = (axis: number, start: number): unknown => {
    if (axis === shape.length) return data[start];
    const width = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
    return Array.from({ length: shape[axis] ?? 0 }, (_, index) => build(axis + 1, start + index * width));
  };
  return build(0, 0) as unknown[];
}

describe.each(runtimes)("TensorFlow Serving's clients, on %s", (runtime) => {
  const networks = ["keras-digits", "keras-lstm", "keras-two-inputs", "torch-transformer"] as const;
  const server = sharedServer(runtime, [`${root}models`, ...networks.map((name) => `${deep}/${name}.onnx`), "--max-rows", "2000"]);
  /** With the type that `curl -d` sends, as the documentation's examples do. */
  const post = async (path: string, body: unknown) => {
    const answer = await server().post(path, body, { "content-type": "application/x-www-form-urlencoded" });
    return { status: answer.status, type: answer.headers.get("content-type"), body: (await answer.json()) as unknown };
  };
  const get = async (path: string) => {
    const answer = await fetch(`${server().url}${path}`);
    return { status: answer.status, body: (await answer.json()) as unknown };
  };

  it("see which models there are, and that they answer", async () => {
    const { models } = (await get("/v1/models")).body as { models: string[] };
    expect(models).toEqual(expect.arrayContaining(["iris", "keras-lstm"]));
    const status = { model_version_status: [{ version: "1", ...available }], name: "iris", ready: true };
    for (const path of ["", "/versions/1", "/labels/stable"])
      expect(await get(`/v1/models/iris${path}`)).toEqual({ status: 200, body: status });
  });

  it("see that the server lives, as KServe's client asks", async () => {
    const ask = async (agent: string) => (await fetch(server().url, { headers: { accept: "*/*", "user-agent": agent } })).text();
    expect(JSON.parse(await ask("python-httpx/0.28.1"))).toMatchObject({ status: "alive" });
    expect(await ask("curl/8.5.0")).toMatch(/^Setosa serves these routes/);
  });

  it("read the signatures of a model", async () => {
    const { body } = await get("/v1/models/iris/versions/1/metadata");
    const { model_spec: spec, metadata } = body as ModelMetadata;
    expect(spec).toEqual({ name: "iris", signature_name: "", version: "1" });
    const { signature_def: defs } = metadata.signature_def;
    expect(Object.keys(defs)).toEqual(["serving_default", "predict", "predict_proba", "outputs", "classification"]);
    expect(defs.predict_proba?.outputs.probabilities).toEqual({
      dtype: "DT_FLOAT",
      tensor_shape: { dim: ["-1", "3"].map((size) => ({ size, name: "" })), unknown_rank: false },
      name: "probabilities:0",
    });
    const { body: network } = await get("/v1/models/keras-two-inputs/metadata");
    expect(Object.keys((network as ModelMetadata).metadata.signature_def.signature_def.serving_default?.inputs ?? {})).toEqual([
      "left",
      "right",
    ]);
  });

  it("get predictions by rows and by columns, in any version that there is", async () => {
    const predictions = ["Iris-Setosa", "Iris-Virginica"];
    for (const path of ["", "/versions/1", "/labels/stable"])
      expect(await post(`/v1/models/iris${path}:predict`, { instances: [setosa, virginica] })).toEqual({
        status: 200,
        type: "application/json",
        body: { predictions },
      });
    expect((await post("/v1/models/iris:predict", { inputs: [setosa, virginica] })).body).toEqual({ outputs: predictions });
    expect((await post("/v1/models/iris%3Apredict", { instances: [setosa] })).body).toEqual({ predictions: ["Iris-Setosa"] });
    const example = { "sepal length (cm)": [5.1], "sepal width (cm)": 3.5, "petal length (cm)": 1.4, "petal width (cm)": 0.2 };
    const { body } = await post("/v1/models/iris:classify", { examples: [example] });
    expect(body).toMatchObject({
      results: [
        [
          ["Iris-Setosa", expect.closeTo(0.98, 2)],
          ["Iris-Versicolor", expect.any(Number)],
          ["Iris-Virginica", expect.any(Number)],
        ],
      ],
    });
  });

  it("are answered with tokens that JSON does not have, and send them", async () => {
    const sent = '{"instances": [{"left": [NaN, 2, 3], "right": [1, 2, -Infinity, 4, 5]}]}';
    const answer = await server().post("/v1/models/keras-two-inputs:predict", sent);
    expect(await answer.text()).toBe('{"predictions":[{"scores":[NaN,NaN],"risk":[NaN]}]}\n');
  });

  it.each(networks)("get from %s what its framework answered, by rows and by columns", async (name) => {
    const { inputs, outputs } = JSON.parse(readFileSync(`${deep}/${name}.json`, "utf8")) as { inputs: Values[]; outputs: Values[] };
    const { body } = await get(`/v1/models/${name}/metadata`);
    const { inputs: given = {}, outputs: answered = {} } =
      (body as ModelMetadata).metadata.signature_def.signature_def.serving_default ?? {};
    const columns = Object.fromEntries(Object.keys(given).map((input, index) => [input, rowsOf(inputs[index] as Values)]));
    const count = inputs[0]?.shape[0] ?? 0;
    const instances = Array.from({ length: count }, (_, row) =>
      Object.fromEntries(Object.entries(columns).map(([key, column]) => [key, column[row]])),
    );
    const byColumns = (await post(`/v1/models/${name}:predict`, { inputs: columns })).body as { outputs: unknown };
    const byRows = (await post(`/v1/models/${name}:predict`, { instances })).body as { predictions: unknown[] };
    const names = Object.keys(answered);
    names.forEach((output, index) => {
      const column = names.length === 1 ? byColumns.outputs : (byColumns.outputs as Record<string, unknown>)[output];
      const { data } = outputs[index] as Values;
      const largest = Math.max(...data.map(Math.abs));
      const found = [column].flat(Number.POSITIVE_INFINITY) as number[];
      expect(found).toHaveLength(data.length);
      expect(Math.max(...found.map((value, at) => Math.abs(value - (data[at] ?? Number.NaN))))).toBeLessThanOrEqual(
        Math.max(1e-6, 1e-5 * largest),
      );
      expect(byRows.predictions.map((row) => (names.length === 1 ? row : (row as Record<string, unknown>)[output]))).toEqual(column);
    });
    if (Object.keys(given).length > 1) return;
    const [only = []] = Object.values(columns);
    expect((await post(`/v1/models/${name}:predict`, { instances: only })).body).toEqual(byRows);
  });

  it("get a large request answered as its parts are", async () => {
    const rows = Array.from({ length: 2000 }, (_, index) => [4 + index / 500, 3, 1 + index / 400, 0.2]);
    const whole = (await post("/v1/models/iris:predict", { instances: rows })).body as { predictions: unknown[] };
    const parts = await Promise.all([0, 1000].map((from) => post("/v1/models/iris:predict", { instances: rows.slice(from, from + 1000) })));
    expect(whole.predictions).toEqual(parts.flatMap(({ body }) => (body as { predictions: unknown[] }).predictions));
  });

  it.each<[number, RegExp, string, unknown]>([
    [404, /^Servable not found for request: Latest\(half\)/, "/v1/models/half:predict", { instances: [1] }],
    [404, /^Servable not found for request: Specific\(iris, 7\)/, "/v1/models/iris/versions/7:predict", { instances: [1] }],
    [400, /^Unrecognized servable version label: canary/, "/v1/models/iris/labels/canary:predict", { instances: [1] }],
    [
      400,
      /^Serving signature name: "x" not found in signature def/,
      "/v1/models/iris:predict",
      { signature_name: "x", instances: [setosa] },
    ],
    [400, /^Missing 'inputs' or 'instances' key/, "/v1/models/iris:predict", {}],
    [400, /has 1 values.*\(at instances\[0\]\)/, "/v1/models/iris:predict", { instances: [[1]] }],
    [400, /does not regress/, "/v1/models/iris:regress", { examples: [{}] }],
    [400, /not valid JSON/, "/v1/models/iris:predict", '{"instances": [NaN'],
    [400, /nests deeper/, "/v1/models/iris:predict", `{"instances": ${"[".repeat(100_000)}`],
    [413, /limit is 2000/, "/v1/models/iris:predict", { instances: new Array(2001).fill(setosa) }],
    [501, /has no explainer/, "/v1/models/iris:explain", { instances: [setosa] }],
    [404, /There is no \/v1\/models\/iris:exlpain/, "/v1/models/iris:exlpain", {}],
  ])("are told of errors in their form: %d %s", async (status, message, path, body) => {
    const answer = await post(path, body);
    expect(answer).toMatchObject({ status, type: "application/json" });
    expect((answer.body as ErrorBody).error).toMatch(message);
  });

  it("are told of errors in their form by every part of the server", async () => {
    expect(await get("/v1/models/half")).toMatchObject({
      status: 404,
      body: { error: expect.stringMatching(/^Could not find any versions of model half/) },
    });
    expect(await get("/v1/models/iris:predict")).toMatchObject({
      status: 405,
      body: { error: expect.stringContaining("does not answer GET") },
    });
    expect(await post("/v1/models", {})).toMatchObject({ status: 405, body: { error: expect.any(String) } });
    const large = await fetch(`${server().url}/v1/models/iris:predict`, { method: "POST", body: `[${" ".repeat(40_000_000)}]` });
    expect(large.status).toBe(413);
    expect((await large.json()) as ErrorBody).toEqual({ error: expect.stringContaining("larger than") });
  });
});

describe.each(runtimes)("labels of versions, on %s", (runtime) => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "setosa-labels-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("are the parts of the traffic, and a version that cannot be loaded has a status", async () => {
    const unnamed = { ...classifierSignature, name: null, version: null };
    const put = (version: string, bytes: Uint8Array) => {
      mkdirSync(join(folder, "risk", version), { recursive: true });
      writeFileSync(join(folder, "risk", version, "model.onnx"), bytes);
    };
    put("9", classifier({ signature: unnamed }));
    put("10", classifier({ signature: { ...unnamed, task: { ...unnamed.task, classes: ["right", "left"] } } }));
    put("11", classifier({ signature: unnamed }).subarray(0, 40));
    const server = await startServer(runtime, [folder, "--admin-port", "0", "--versions", "all"]);
    const [, admin] = await server.running.waitFor(/Operators on http:\/\/localhost:(\d+)/);
    const tell = (path: string, body: object) =>
      fetch(`http://127.0.0.1:${admin}/models/risk${path}`, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      });
    const predict = async (path: string) => (await server.post(`/v1/models/risk${path}:predict`, { instances: [[2, 1]] })).json();
    const get = async (path: string) => (await fetch(`${server.url}/v1/models/risk${path}`)).json();

    expect(await get("")).toMatchObject({
      model_version_status: [
        { version: "11", state: "END", status: { error_code: "FAILED_PRECONDITION", error_message: expect.stringContaining("MODEL_") } },
        { version: "10", ...available },
        { version: "9", ...available },
      ],
      ready: true,
    });
    expect(await get("/versions/11")).toMatchObject({ ready: false });

    await tell("/versions/9/canary", { percent: 100 });
    expect(await predict("")).toEqual({ predictions: ["left"] });
    expect(await predict("/labels/stable")).toEqual({ predictions: ["right"] });
    expect(await predict("/labels/primary")).toEqual({ predictions: ["right"] });
    expect(await predict("/labels/canary")).toEqual({ predictions: ["left"] });
    expect(await get("/labels/canary")).toMatchObject({ model_version_status: [{ version: "9" }] });
    expect(await predict("/labels/shadow")).toEqual({ error: expect.stringMatching(/^Unrecognized servable version label: shadow/) });
    await tell("/promote", {});
    expect(await predict("/labels/stable")).toEqual({ predictions: ["left"] });
    expect(await predict("/labels/canary")).toEqual({ error: expect.stringMatching(/^Unrecognized servable version label: canary/) });
    expect(await server.running.stop()).toBe(0);
  });
});
