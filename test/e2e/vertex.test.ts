import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { root, runtimes, startSetosa } from "./process.ts";
import { sharedServer } from "./server.ts";

const storage = mkdtempSync(join(tmpdir(), "setosa-vertex-"));
cpSync(`${root}models/iris.onnx`, join(storage, "iris.onnx"));
afterAll(() => rmSync(storage, { recursive: true, force: true }));

const columns = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"];
const data = [
  [5.1, 3.5, 1.4, 0.2],
  [6.3, 3.3, 6.0, 2.5],
];
const labels = ["Iris-Setosa", "Iris-Virginica"];
const deployed = "/v1/endpoints/123/deployedModels/456";

describe.each(runtimes)("Vertex AI's container on %s", (runtime) => {
  const server = sharedServer(runtime, [], {
    AIP_HTTP_PORT: "8080",
    AIP_HEALTH_ROUTE: deployed,
    AIP_PREDICT_ROUTE: `${deployed}:predict`,
    AIP_STORAGE_URI: storage,
  });
  const predict = (body: unknown) => server().post(`${deployed}:predict`, body);

  it("listens to all networks, and is healthy where it is asked", async () => {
    expect(server().running.output()).not.toContain("this machine only");
    expect((await fetch(`${server().url}${deployed}`)).status).toBe(200);
  });

  it.each([
    ["lists", data],
    ["objects", data.map((row) => Object.fromEntries(row.map((value, index) => [columns[index], value])))],
  ])("answers instances that are %s, one prediction for each", async (_, instances) => {
    const answer = await predict({ instances });
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(await answer.json()).toEqual({ predictions: labels });
  });

  it("answers probabilities where the parameters ask for them", async () => {
    const answer = await predict({ instances: data, parameters: { predict_method: "predict_proba" } });
    const { predictions } = (await (await server().post("/predict", data)).json()) as { predictions: { probabilities: object }[] };
    expect(await answer.json()).toEqual({ predictions: predictions.map(({ probabilities }) => Object.values(probabilities)) });
  });

  it.each([
    ["no instances", {}],
    ["instances that are none", { instances: {} }],
    ["no rows", { instances: [] }],
    ["a list", data],
    ["parameters that are none", { instances: data, parameters: 1 }],
    ["what is no JSON", "{"],
  ])("refuses %s", async (_, body) => {
    const answer = await predict(body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: expect.any(String) } });
  });

  it("goes on answering at Setosa's own paths, and MLflow's", async () => {
    expect(await (await server().post("/invocations", { instances: data })).json()).toEqual({ predictions: labels });
    expect((await fetch(`${server().url}/health/live`)).status).toBe(200);
  });

  it.each([
    [{ AIP_STORAGE_URI: "gs://bucket/iris" }, "setosa serve /gcs/bucket/iris"],
    [{ AIP_STORAGE_URI: "" }, "serve needs a model"],
    [{ AIP_STORAGE_URI: storage, AIP_PREDICT_ROUTE: "predict" }, "AIP_PREDICT_ROUTE is"],
    [{ AIP_STORAGE_URI: storage, AIP_HTTP_PORT: "99999" }, "AIP_HTTP_PORT is"],
  ])("refuses %j", async (environment, message) => {
    const running = startSetosa(["serve", "--runtime", runtime], { AIP_HTTP_PORT: "8080", ...environment } as Record<string, string>);
    expect(await running.ended()).toBe(2);
    expect(running.errors()).toContain(message);
  });
});

describe.each(runtimes)("Vertex AI's container at paths that Setosa has already, on %s", (runtime) => {
  const server = sharedServer(runtime, [`${root}models/iris.onnx`], {
    AIP_HTTP_PORT: "8080",
    AIP_HEALTH_ROUTE: "/health",
    AIP_PREDICT_ROUTE: "/predict/",
    AIP_STORAGE_URI: "gs://bucket/unused",
  });

  it("is what answers there", async () => {
    expect((await fetch(`${server().url}/health`)).status).toBe(200);
    expect(await (await server().post("/predict", { instances: data })).json()).toEqual({ predictions: labels });
    expect(await (await server().post("/models/iris/predict", data)).json()).toMatchObject({ model: "iris" });
  });
});
